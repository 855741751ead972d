using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Tests.TokenBuckets;

public class StripeFillsTests
{
    private StripeFills _fills;

    [Fact]
    public void WereEmptyAt_AfterAnotherFill_IsNotKnownAnyMore()
    {
        Assert.False(_fills.WereEmptyAt(_fills.Count));
        _fills.SeenEmptyAt(_fills.Count);
        Assert.True(_fills.WereEmptyAt(_fills.Count));
        _fills.Increment();
        Assert.False(_fills.WereEmptyAt(_fills.Count));

        // Somebody who had looked before the fill comes late: what they saw is no longer true.
        _fills.SeenEmptyAt(_fills.Count - 1);
        Assert.False(_fills.WereEmptyAt(_fills.Count));
    }
}
