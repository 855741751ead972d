using AdmissionControl.Timing;

namespace AdmissionControl.Tests.Timing;

public class ProviderClockTests
{
    [Theory]
    [InlineData(1_000, 7, 7_000_000)]
    [InlineData(10_000_000, 7, 700)]
    [InlineData(1_000_000_000, 7, 7)]
    [InlineData(24_000_000, 24, 1_000)]
    [InlineData(3_579_545, 3_579_545L * 86_400 * 365, 86_400_000_000_000L * 365)]
    [InlineData(10_000_000_000, 19, 1)]
    public void Precise_AnyFrequency_CountsNanosecondsSinceTheClockWasMade(long frequency, long span, long nanoseconds)
    {
        var provider = new Counter(frequency) { Timestamp = -5_000_000 };
        AdmissionClock clock = AdmissionClock.For(provider);
        long first = clock.Precise;
        Assert.True(first > 0);
        provider.Timestamp += span;
        Assert.Equal(nanoseconds, clock.Precise - first);
        Assert.Equal(clock.Precise, clock.Coarse);
        Assert.Equal(clock.Precise, clock.FromTimestamp(provider.Timestamp));
        Assert.Equal(0, clock.CoarseTick);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1_000_000_000, 0)]
    [InlineData(1_000_000_000, long.MaxValue)]
    [InlineData(1_000_000_000, long.MinValue)]
    [InlineData(10_000_000, -1)]
    [InlineData(1_000_000, 1L << 62)]
    public void FromTimestamp_Extremes_Saturate(long frequency, long origin)
    {
        var clock = AdmissionClock.For(new Counter(frequency) { Timestamp = origin });
        long now = clock.FromTimestamp(origin);
        if (origin < long.MaxValue)
        {
            Assert.InRange(clock.FromTimestamp(long.MaxValue), now + 1, now + AdmissionClock.Horizon);
        }

        if (origin > long.MinValue)
        {
            Assert.InRange(clock.FromTimestamp(long.MinValue), now - AdmissionClock.Horizon, now - 1);
        }
    }

    [Fact]
    public void For_TheSystemsProvider_IsTheOneSystemClock()
    {
        Assert.Same(SystemClock.Instance, AdmissionClock.For(null));
        Assert.Same(SystemClock.Instance, AdmissionClock.For(TimeProvider.System));
    }

    private sealed class Counter(long frequency) : TimeProvider
    {
        public long Timestamp { get; set; }

        public override long TimestampFrequency => frequency;

        public override long GetTimestamp() => Timestamp;
    }
}
