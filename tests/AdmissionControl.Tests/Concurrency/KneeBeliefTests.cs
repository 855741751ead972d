using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>How soon the estimates follow: the rate after a raise, and with few requests.</summary>
public class KneeBeliefTests
{
    private static readonly KneeBelief Known = new() { Rate = 100, BareLatency = 1, IsProven = true, LeastLatency = 1, Windows = 50 };

    /// <summary>What a large raise admits ends a latency later: the window until then still shows the old rate, and the one after it the new.</summary>
    [Fact]
    public void After_TheWindowThatFollowsALargeRaise_RateIsReadFromTheNext()
    {
        KneeBelief belief = After(Known with { Windows = -1 }, rate: 40);
        Assert.Equal(100, belief.Rate);
        belief = After(belief, rate: 150);
        Assert.Equal(150, belief.Rate);
    }

    /// <summary>The few that end in a short window, or while many more are still in flight, are the short ones.</summary>
    [Theory]
    [InlineData(20, 10, 19, 0.5)]
    [InlineData(19, 10, 10, 1)]
    [InlineData(20, 10, 20, 1)]
    public void After_AShorterLatency_CountsWhereTheLongOnesHaveEndedToo(int ends, int population, int inFlight, double expected)
    {
        KneeBelief belief = Known with { LeastSettled = 1 };
        KneeBelief first = Known;
        var readings = new KneeReadings(1, ends, 0, ends, Latency: 0.5, population, inFlight, Blocked: 0.5, Late: 0, HostDelay: 0);
        Assert.Equal(expected, belief.After(readings, usesAllowance: false, wantsAllowance: false).LeastSettled);
        Assert.Equal(expected < 1 ? expected : 0, first.After(readings, usesAllowance: false, wantsAllowance: false).LeastSettled);
        Assert.Equal(1, belief.After(readings with { Latency = 1.5 }, usesAllowance: false, wantsAllowance: false).LeastSettled);
        Assert.Equal(1, belief.After(readings with { Rate = 0 }, usesAllowance: false, wantsAllowance: false).LeastSettled);
    }

    [Fact]
    public void After_ManyWindows_RateFollowsOverTwoLatencies()
    {
        KneeBelief belief = Known;
        for (int i = 0; i < 2; i++)
        {
            belief = After(belief, rate: 200);
        }

        Assert.Equal(200 - (100 / Math.E), belief.Rate, 1e-9);
    }

    /// <summary>A window that was cut short tells little, even if it is the first.</summary>
    [Fact]
    public void After_AFirstWindowOfOneRequest_RateHardlyMoves()
    {
        KneeBelief belief = Known with { Windows = 0 };
        belief = belief.After(Readings(rate: 1, ends: 1), usesAllowance: false, wantsAllowance: false);
        Assert.InRange(belief.Rate, 90, 99.9);
    }

    private static KneeBelief After(in KneeBelief belief, double rate) =>
        belief.After(Readings(rate, ends: rate), usesAllowance: false, wantsAllowance: false);

    private static KneeReadings Readings(double rate, double ends) => KneeReadings.Of(new LimitWindow
    {
        Duration = TimeSpan.FromSeconds(1),
        Samples = (int)ends,
        LatencySamples = (int)ends,
        MeanLatency = TimeSpan.FromSeconds(1),
        MinLatency = TimeSpan.FromSeconds(1),
        MeanInFlight = rate,
        InFlight = (int)rate,
        Blocked = (int)ends,
    });
}
