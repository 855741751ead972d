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

    /// <summary>A window that was cut short has seen the short ones, unless nothing is known yet.</summary>
    [Theory]
    [InlineData(19, 1, 1)]
    [InlineData(20, 1, 0.5)]
    [InlineData(1, 0, 0.5)]
    public void After_AShorterLatencyOfFewEnds_IsNotTheLeast(int ends, double known, double expected)
    {
        KneeBelief belief = Known with { LeastLatency = known };
        Assert.Equal(expected, belief.After(Ends(ends, inFlight: 50, blocked: 0), usesAllowance: false, wantsAllowance: false).LeastLatency);
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

    /// <summary>A tenth of the arrivals is too many. While a raised limit is filled by them nobody is blocked, and they are too many all the same.</summary>
    [Fact]
    public void After_WhatIsTooManyFillsARaisedLimit_CountsAsIfItWereBlocked()
    {
        KneeBelief belief = Known with { Blocked = 0.1, Excess = 0.1, Windows = 0 };
        for (int i = 0; i <= 10; i++)
        {
            belief = belief.After(Ends(90, inFlight: 50 + (10 * i), blocked: i == 0 ? 0.1 : 0), usesAllowance: false, wantsAllowance: false);
            Assert.Equal(0.1, belief.Surplus, 1e-9);
        }

        Assert.True(belief.Blocked < 0.05, $"{belief.Blocked}");
    }

    /// <summary>What runs off hides nobody who is blocked.</summary>
    [Fact]
    public void After_InFlightRunsOff_BlockedCounts()
    {
        KneeBelief belief = Known with { Blocked = 0.1, Excess = 0.1, Windows = 0 };
        for (int i = 0; i < 5; i++)
        {
            belief = belief.After(Ends(90, inFlight: 500 - (90 * i), blocked: 0.1), usesAllowance: false, wantsAllowance: false);
            Assert.Equal(0.1, belief.Surplus, 1e-9);
        }

        Assert.True(belief.Excess < 0, $"{belief.Excess}");
    }

    /// <summary>What happened to be in flight when the limit was raised, or a trial ended, is nobody's arrival.</summary>
    [Fact]
    public void After_TheFirstWindow_WhatIsInFlightIsNoExcess()
    {
        KneeBelief belief = Known with { Windows = 0 };
        Assert.Equal(0, belief.After(Ends(90, inFlight: 50, blocked: 0), usesAllowance: false, wantsAllowance: false).Excess);
    }

    /// <summary>1 - ends / arrivals, where the arrivals are those that ended, were blocked or are in flight beyond those before.</summary>
    [Theory]
    [InlineData(0, 10, 10, 0)]
    [InlineData(0.5, 10, 10, 0.5)]
    [InlineData(0, 10, 110, 0.5)]
    [InlineData(0.5, 10, 210, 0.75)]
    [InlineData(0, 50, 0, -1)]
    [InlineData(0, 1000, 0, -1)]
    public void Excess_BlockedAndMoreInFlight_IsTheShareThatDidNotEnd(double blocked, int before, int after, double expected) =>
        Assert.Equal(expected, Ends(100, after, blocked).Excess(before), 1e-9);

    private static KneeReadings Ends(int ends, int inFlight, double blocked) =>
        new(1, ends, 0, ends, Latency: 0.5, Population: 50, inFlight, blocked, Late: 0, HostDelay: 0);

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
