using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

public class KneeLongRateTests
{
    [Fact]
    public void HasFallen_NothingRead_IsFalse() => Assert.False(default(KneeLongRate).HasFallen);

    [Theory]
    [InlineData(1000, false)]
    [InlineData(910, false)]
    [InlineData(850, true)]
    [InlineData(2000, false)]
    public void HasFallen_AnotherRateForLong_IsTrueWhenItIsATenthLess(double then, bool hasFallen)
    {
        KneeLongRate rate = After(default, perSecond: 1000, windows: 40);
        Assert.Equal(hasFallen, After(rate, then, windows: 300).HasFallen);
    }

    /// <summary>A few windows say nothing, whatever they say.</summary>
    [Fact]
    public void HasFallen_ForTwoWindows_IsFalse()
    {
        KneeLongRate rate = After(default, perSecond: 1000, windows: 40);
        Assert.False(After(rate, perSecond: 100, windows: 2).HasFallen);
    }

    /// <summary>Right after a trial the limit is still on its way: what is usual is what it comes to. And what was served without a limit that decides can be served with one.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void HasFallen_TheRateRoseAndFellAgain_IsTrue(bool isBoundMeanwhile)
    {
        KneeLongRate rate = After(default, perSecond: 800, windows: 60);
        rate = After(rate, perSecond: 1000, windows: 300, isBoundMeanwhile);
        Assert.False(rate.HasFallen);
        Assert.True(After(rate, perSecond: 800, windows: 300).HasFallen);
    }

    /// <summary>Fewer come: that says nothing about what can be served.</summary>
    [Fact]
    public void HasFallen_LessWhileTheLimitDoesNotDecide_IsFalse()
    {
        KneeLongRate rate = After(default, perSecond: 1000, windows: 40);
        rate = After(rate, perSecond: 500, windows: 300, isBound: false);
        Assert.False(rate.HasFallen);
        Assert.False(After(rate, perSecond: 1000, windows: 40).HasFallen);
    }

    [Fact]
    public void HasFallen_TooFewSinceTheTrial_IsFalse()
    {
        KneeLongRate rate = After(default, perSecond: 1000, windows: 20);
        Assert.False(After(rate, perSecond: 100, windows: 20).HasFallen);
    }

    /// <summary>The mean of a few; later the newest three thousand count most.</summary>
    [Fact]
    public void After_FirstWindows_IsTheirMean()
    {
        KneeLongRate rate = After(After(default, perSecond: 1000, windows: 1), perSecond: 3000, windows: 1);
        Assert.Equal(((100 * 1000) + (300 * 3000)) / 400.0, rate.Rate, 1e-9);
    }

    [Fact]
    public void After_OneWindowOfVeryMany_IsItsRate() => Assert.Equal(50_000, After(After(default, 10, 1), 50_000, 1).Rate, 1e-9);

    private static KneeLongRate After(KneeLongRate rate, double perSecond, int windows, bool isBound = true)
    {
        KneeReadings readings = KneeReadings.Of(new LimitWindow { Duration = TimeSpan.FromSeconds(0.1), Samples = (int)(perSecond / 10) });
        for (int i = 0; i < windows; i++)
        {
            rate = rate.After(readings, isBound);
        }

        return rate;
    }
}
