using AdmissionControl.Timing;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Timing;

public class ProviderClockTests
{
    [Fact]
    public void Precise_TimeAdvances_CountsNanoseconds()
    {
        var time = new FakeTimeProvider();
        AdmissionClock clock = AdmissionClock.For(time);
        long before = clock.Precise;
        time.Advance(TimeSpan.FromTicks(123_456_789));
        Assert.Equal(12_345_678_900, clock.Precise - before);
    }
}
