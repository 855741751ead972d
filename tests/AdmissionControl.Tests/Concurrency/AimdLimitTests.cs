using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

public class AimdLimitTests
{
    [Theory]
    [InlineData(100, 100, 50, 0, 101)] // 2 x 50 >= 100: + 1
    [InlineData(100, 100, 49, 0, 100)] // 98 < 100: the limit does not bind
    [InlineData(100, 100, 100, 1, 90)] // floor(100 x 0.9)
    [InlineData(100, 100, 1, 1, 90)] // a failure counts when idle, too
    [InlineData(55, 100, 55, 3, 49)] // floor(49.5); how many failed does not matter
    [InlineData(100, 5000, 100, 0, 101)] // at the timeout
    [InlineData(100, 5000.0001, 100, 0, 90)] // above it
    [InlineData(200, 100, 200, 0, 200)] // kept at the maximum
    [InlineData(21, 100, 21, 1, 20)] // floor(18.9) = 18, kept at the minimum
    [InlineData(100, 100, 1 << 30, 0, 101)] // 2 x 2^30 does not fit 32 bits
    [InlineData(100, 100, int.MaxValue, 0, 101)]
    public void After_OneWindow_IsThePublishedFormula(int initial, double milliseconds, int inFlight, int overloaded, double expected) =>
        Assert.Equal(expected, Windows.Step(new AimdLimit(new LimitRange(initial, 20, 200)), Windows.Of(milliseconds, inFlight, overloaded)).Limit);

    [Fact]
    public void After_TheStory_IsThePublishedFormula() =>
        Windows.AssertStory(new AimdLimit(), 21, 22, 23, 24, 25, 26, 23, 23, 24, 25, 22, 23, 24, 25, 26);

    [Fact]
    public void After_OptionsGiven_UsesThem()
    {
        var limit = new AimdLimit(new LimitRange(100, 1, 1000), backoff: 0.5, timeout: TimeSpan.FromMilliseconds(10));
        Assert.Equal(50, Windows.Step(limit, Windows.Of(11, 100)).Limit);
        Assert.Equal(101, Windows.Step(limit, Windows.Of(10, 100)).Limit);
        Assert.Equal(1000, limit.MaxLimit);
    }

    [Fact]
    public void After_NoSamples_HoldsTheLimit()
    {
        var limit = new AimdLimit();
        Assert.Same(limit, limit.After(Windows.AllIgnored));
    }

    [Theory]
    [InlineData(0.49, 1)]
    [InlineData(1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0.9, 0)]
    [InlineData(0.9, -1)]
    public void Constructor_OutOfRange_Throws(double backoff, int seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AimdLimit(null, backoff, TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(5, 0, 10)]
    [InlineData(4, 5, 10)]
    [InlineData(11, 5, 10)]
    [InlineData(7, 10, 5)]
    public void LimitRange_OutOfOrder_Throws(int initial, int min, int max) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LimitRange(initial, min, max));

    [Fact]
    public void FixedLimit_AnyWindow_StaysAndBelowOneThrows()
    {
        var limit = new FixedLimit(7);
        Assert.Same(limit, limit.After(Windows.Of(9999, 1, 1)));
        Assert.Equal((7d, 7), (limit.Limit, limit.MaxLimit));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FixedLimit(0));
    }
}
