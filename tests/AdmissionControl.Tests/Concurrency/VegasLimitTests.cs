using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

public class VegasLimitTests
{
    /// <summary>With least latency 100 ms: q = ceil(L (1 - 100/r)), k = max(1, floor(log10 L)).</summary>
    [Theory]
    [InlineData(20, 100, 20, 0, 26)] // q = 0 <= 1: + 6
    [InlineData(20, 105, 20, 0, 26)] // 20 x 0.0476 = 0.95, q = 1 <= 1: + 6
    [InlineData(20, 106, 20, 0, 21)] // 20 x 0.0566 = 1.13, q = 2 < 3: + 1
    [InlineData(20, 112, 20, 0, 20)] // 20 x 0.1071 = 2.14, q = 3: not below alpha, hold
    [InlineData(20, 142, 20, 0, 20)] // 20 x 0.2958 = 5.92, q = 6: not above beta, hold
    [InlineData(20, 143, 20, 0, 19)] // 20 x 0.3007 = 6.01, q = 7 > 6: - 1
    [InlineData(20, 1000, 10, 0, 19)] // 2 x 10 >= 20: binds
    [InlineData(20, 1000, 9, 0, 20)] // does not bind: hold
    [InlineData(20, 100, 9, 1, 19)] // an overload counts even so
    [InlineData(150, 100, 150, 0, 162)] // k = 2: + 12
    [InlineData(150, 101.3, 150, 0, 162)] // 150 x 0.01283 = 1.93, q = 2 <= 2: + 12
    [InlineData(150, 103, 150, 0, 152)] // 150 x 0.0291 = 4.37, q = 5 < 6: + 2
    [InlineData(150, 104, 150, 0, 150)] // 150 x 0.0385 = 5.77, q = 6: hold
    [InlineData(150, 108, 150, 0, 150)] // 150 x 0.0741 = 11.1, q = 12: hold
    [InlineData(150, 109, 150, 0, 148)] // 150 x 0.0826 = 12.4, q = 13 > 12: - 2
    [InlineData(150, 100, 150, 5, 148)] // overloaded: - k
    [InlineData(998, 100, 998, 0, 1000)] // 998 + 12, kept at the maximum
    [InlineData(1, 100, 1, 1, 1)] // kept at the minimum
    [InlineData(20, 100, 1 << 30, 0, 26)] // 2 x 2^30 does not fit 32 bits
    public void After_OneWindow_IsThePublishedFormula(int initial, double milliseconds, int inFlight, int overloaded, double expected)
    {
        VegasLimit limit = Windows.Step(new VegasLimit(new LimitRange(initial, 1, 1000)), Windows.Of(100, 1));
        Assert.Equal((initial, TimeSpan.FromMilliseconds(100)), (limit.Limit, limit.LeastLatency));
        limit = Windows.Step(limit, Windows.Of(milliseconds, inFlight, overloaded));
        Assert.Equal(expected, limit.Limit);
        Assert.Equal(TimeSpan.FromMilliseconds(100), limit.LeastLatency);
    }

    [Fact]
    public void After_TheStory_IsThePublishedFormula() =>
        Windows.AssertStory(new VegasLimit(), 20, 26, 26, 25, 24, 24, 23, 23, 22, 22, 21, 21, 27, 33, 32);

    [Fact]
    public void After_ANewLeastLatency_OnlyTakesIt()
    {
        VegasLimit limit = Windows.Step(new VegasLimit(), Windows.Of(100, 20));
        limit = Windows.Step(limit, Windows.Of(99, 20, overloaded: 1));
        Assert.Equal((20d, TimeSpan.FromMilliseconds(99)), (limit.Limit, limit.LeastLatency));
    }

    /// <summary>Also before the first latency, and it brings no probe nearer: 300 to 600 windows without a latency are none.</summary>
    [Fact]
    public void After_NoLatency_HoldsTheLimitAndItsMemory()
    {
        foreach (VegasLimit limit in (VegasLimit[])[new VegasLimit(), Windows.Step(new VegasLimit(), Windows.Of(100, 20))])
        {
            Assert.Same(limit, limit.After(Windows.AllIgnored));
            Assert.Same(limit, limit.After(Windows.WithoutLatency));
        }
    }

    [Fact]
    public void After_LatencyZero_StaysFinite()
    {
        var limit = new VegasLimit();
        foreach (double milliseconds in (double[])[0, 0, 5, 0, 5, 5])
        {
            limit = Windows.Step(limit, Windows.Of(milliseconds, 20));
            Assert.True(double.IsFinite(limit.Limit));
        }
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(0x9E3779B97F4A7C15UL)]
    [InlineData(ulong.MaxValue)]
    public void After_HalfToAllOf30LWindows_ProbesAndTakesTheLatencyOfTheDay(ulong seed)
    {
        // 300 ms against 100 ms would cut, but nothing binds: L stays 20, so a probe comes every 300 to 600 windows.
        VegasLimit limit = Windows.Step(new VegasLimit(null, seed), Windows.Of(100, 1));
        HashSet<int> distances = [];
        for (int probe = 0; probe < 20; probe++)
        {
            // Before each probe but the first, the day's latency is new.
            double day = 300 + probe;
            int windows = probe == 0 ? 1 : 0;
            while (limit.LeastLatency != TimeSpan.FromMilliseconds(day))
            {
                Assert.True(++windows <= 600);
                limit = Windows.Step(limit, Windows.Of(day, 1));
            }

            Assert.InRange(windows, 300, 600);
            distances.Add(windows);
            Assert.Equal(20, limit.Limit);
        }

        Assert.True(distances.Count > 10, "The distance is drawn anew.");
    }
}
