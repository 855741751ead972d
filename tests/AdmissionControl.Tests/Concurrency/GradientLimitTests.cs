using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

public class GradientLimitTests
{
    /// <summary>The second window after one of 100 ms: l = (100 + s) / 2, g = clamp(1.5 l / s, 0.5, 1), L' = 0.8 L + 0.2 (L g + 4).</summary>
    [Theory]
    [InlineData(100, 100, 100, 100.8)] // g = 1: 80 + 0.2 x 104
    [InlineData(100, 300, 100, 100.8)] // l = 200, g = 1.5 x 200 / 300 = 1
    [InlineData(100, 600, 100, 98.3)] // l = 350, g = 0.875: 80 + 0.2 x 91.5
    [InlineData(100, 100_000, 100, 95.815)] // l = 50050, g = 0.75075: 80 + 0.2 x 79.075
    [InlineData(100, 600, 50, 98.3)] // 2 x 50 >= 100: binds
    [InlineData(100, 600, 49, 100)] // does not bind
    [InlineData(100, 600, 100, 98.3, 7)] // overloads are ignored
    [InlineData(200, 100, 200, 200)] // kept at the maximum
    [InlineData(20, 100_000, 20, 20)] // 16 + 0.2 x (15.015 + 4) = 19.8, kept at the minimum
    [InlineData(100, 100, 1 << 30, 100.8)] // 2 x 2^30 does not fit 32 bits
    public void After_TheSecondWindow_IsThePublishedFormula(int initial, double milliseconds, int inFlight, double expected, int overloaded = 0)
    {
        GradientLimit limit = Windows.Step(new GradientLimit(new LimitRange(initial, 20, 200)), Windows.Of(100, 1));
        Assert.Equal(initial, limit.Limit);
        limit = Windows.Step(limit, Windows.Of(milliseconds, inFlight, overloaded));
        Assert.Equal(expected, limit.Limit, 9);
    }

    [Fact]
    public void After_TheStory_IsThePublishedFormula()
    {
        Windows.AssertStory(
            new GradientLimit(),
            20.8, 21.6, 22.4, 23.2, 22.8864, 23.6864, 24.4864, 24.4864, 23.643770667, 24.443770667, 22.886313371, 23.686313371, 24.486313371, 25.286313371, 26.086313371);
        double[] longTerm =
        [
            100, 100, 103.333333, 115, 152, 141.666667, 135, 149.375, 177.222222, 171.5, 172.593178, 163.607567, 155.102806, 147.05333, 147.229526,
        ];
        var limit = new GradientLimit();
        for (int i = 0; i < longTerm.Length; i++)
        {
            limit = Windows.Step(limit, Windows.Story[i]);
            Assert.Equal(longTerm[i], limit.LongTermLatency.TotalMilliseconds, 0.001);
        }
    }

    [Fact]
    public void After_GradientBelowAHalf_IsHeldAtAHalf()
    {
        // Ten windows of 10 ms fix l = 10; then s = 1000: l = 10 + 990 x 2/601 = 13.29, g = 0.0199 -> 0.5: L' = 80 + 0.2 x 54 = 90.8.
        var limit = new GradientLimit(new LimitRange(100, 20, 200));
        for (int i = 0; i < 10; i++)
        {
            limit = Windows.Step(limit, Windows.Of(10, 1));
        }

        limit = Windows.Step(limit, Windows.Of(1000, 100));
        Assert.Equal(90.8, limit.Limit, 9);
        Assert.Equal(10 + (990 * 2 / 601.0), limit.LongTermLatency.TotalMilliseconds, 0.001);
    }

    [Fact]
    public void After_OptionsGiven_UsesThem()
    {
        // l = 350 against 600: g = 1.0 x 350 / 600; L' = 0.5 x 100 + 0.5 x (58.333 + 10) = 84.1667.
        GradientLimit limit = Windows.Step(new GradientLimit(new LimitRange(100, 1, 1000), tolerance: 1, queueSize: 10, smoothing: 0.5), Windows.Of(100, 1));
        Assert.Equal(50 + (0.5 * ((100 * 350 / 600.0) + 10)), Windows.Step(limit, Windows.Of(600, 100)).Limit, 9);
    }

    /// <summary>Neither does it count among the first ten windows.</summary>
    [Fact]
    public void After_NoLatency_HoldsTheLimitAndItsMemory()
    {
        foreach (GradientLimit limit in (GradientLimit[])[new GradientLimit(), Windows.Step(new GradientLimit(), Windows.Of(100, 20))])
        {
            Assert.Same(limit, limit.After(Windows.AllIgnored));
            Assert.Same(limit, limit.After(Windows.WithoutLatency));
        }
    }

    [Fact]
    public void After_LatencyZero_StaysFinite()
    {
        var limit = new GradientLimit();
        foreach (double milliseconds in (double[])[0, 0, 5, 0, 5, 5])
        {
            limit = Windows.Step(limit, Windows.Of(milliseconds, 20));
            Assert.True(double.IsFinite(limit.Limit));
        }
    }

    [Theory]
    [InlineData(0.99, 4, 0.2)]
    [InlineData(double.NaN, 4, 0.2)]
    [InlineData(double.PositiveInfinity, 4, 0.2)]
    [InlineData(1.5, -1, 0.2)]
    [InlineData(1.5, 4, 0)]
    [InlineData(1.5, 4, 1.01)]
    [InlineData(1.5, 4, double.NaN)]
    public void Constructor_OutOfRange_Throws(double tolerance, int queueSize, double smoothing) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientLimit(null, tolerance, queueSize, smoothing));
}
