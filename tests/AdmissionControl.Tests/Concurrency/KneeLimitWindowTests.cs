using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>How long the rule looks before it speaks, and what it does not look at.</summary>
public class KneeLimitWindowTests
{
    private const double Full = 1000;

    /// <summary>Whether it has ended or not, what is later than the objective must be known: a window lasts no longer, or a second.</summary>
    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(10, 10)]
    public void NextWindow_UnderASteadyLimit_LastsNoLongerThanTheObjectiveOrASecond(double objective, double seconds)
    {
        KneeLimit rule = new(new LimitRange(100, 1, 1000), TimeSpan.FromSeconds(objective));
        Assert.Equal(TimeSpan.FromSeconds(seconds), rule.NextWindow!.Value.MaxDuration);
        rule = Windows.Step(rule, Window(Full));
        Assert.Equal(TimeSpan.FromSeconds(seconds), rule.NextWindow!.Value.MaxDuration);
    }

    /// <summary>A service that slows down under many ends few, and is not waited for: 0.8 of 2 s at 100/s are 160 in flight. Where few are, chance would end it.</summary>
    [Theory]
    [InlineData(2, 100, 160)]
    [InlineData(2, 5, 20)]
    [InlineData(3600, 10_000_000, int.MaxValue)]
    public void NextWindow_NobodyIsBlocked_EndsWhereTheObjectiveIsAtRisk(double objective, double rate, int permits)
    {
        KneeLimit rule = new(new LimitRange(100, 1, 1000), TimeSpan.FromSeconds(objective));
        Assert.Equal(0, rule.NextWindow!.Value.MaxInFlight);
        rule = Windows.Step(rule, Window(rate, seconds: 10) with { InFlight = 1, Blocked = 0 });
        Assert.Equal(permits, rule.NextWindow!.Value.MaxInFlight);
    }

    /// <summary>Eight times 100 ms: 0.8 of that at 1,000/s.</summary>
    [Fact]
    public void NextWindow_NobodyIsBlockedAndNoObjective_EndsWhereTheAutomaticOneIsAtRisk()
    {
        KneeLimit rule = Windows.Step(new KneeLimit(), Window(Full) with { Blocked = 0 });
        Assert.Equal(640, rule.NextWindow!.Value.MaxInFlight);
    }

    /// <summary>Those who are blocked bound what is in flight, and so does a knee that is known.</summary>
    [Fact]
    public void NextWindow_BlockedOrKnown_HasItsSamples()
    {
        KneeLimit start = new(new LimitRange(100, 1, 1000), TimeSpan.FromSeconds(2));
        KneeLimit known = FluidPlant.Of(bare: 0.1, capacity: 1000, demand: 3000).Run(start, seconds: 60);
        KneeLimit rule = FluidPlant.Of(bare: 0.1, capacity: 1000, demand: 500).Run(known, seconds: 60);
        Assert.True(rule.BareLatency > TimeSpan.Zero);
        Assert.Equal(0, rule.NextWindow!.Value.MaxInFlight);

        rule = start;
        for (int i = 0; i < 2; i++)
        {
            rule = Windows.Step(rule, Window(Full, seconds: 1));
        }

        Assert.Equal(0, rule.NextWindow!.Value.MaxInFlight);
    }

    /// <summary>Whether one permit may become two, few requests tell, and at seconds each twenty take a minute. The automatic objective needs a latency that can be trusted.</summary>
    [Theory]
    [InlineData(1, 10, 4)]
    [InlineData(3, 10, 6)]
    [InlineData(9, 10, 18)]
    [InlineData(10, 10, 20)]
    [InlineData(500, 10, 20)]
    [InlineData(1, null, 20)]
    public void NextWindow_AtTheStart_TakesTwoTurnsOfASmallLimit(int initial, int? objective, int least)
    {
        KneeLimit rule = new(new LimitRange(initial, 1, 1000), objective is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        Assert.Equal(least, rule.NextWindow!.Value.MinSamples);
    }

    [Fact]
    public void NextWindow_ASmallLimitIsRaised_StillTakesTwoTurns()
    {
        KneeLimit start = new(new LimitRange(1, 1, 1000), TimeSpan.FromSeconds(100));
        KneeLimit rule = Windows.Step(start, Window(10, seconds: 5) with { MeanInFlight = 1, InFlight = 1 });
        Assert.Equal((2.5, 5), (rule.Limit, rule.NextWindow!.Value.MinSamples));
    }

    [Fact]
    public void NextWindow_ASmallLimitThatIsKnown_TakesTwenty()
    {
        FluidPlant plant = FluidPlant.Of(bare: 0.1, capacity: 20, demand: 60);
        KneeLimit rule = plant.Run(new KneeLimit(objective: TimeSpan.FromSeconds(1)), seconds: 60);
        Assert.InRange(rule.Limit, 2, 9);
        Assert.Equal((true, 20), (rule.BareLatency > TimeSpan.Zero, rule.NextWindow!.Value.MinSamples));
    }

    /// <summary>All that the raised limit lets in, so that it is not raised again before that shows. What it does not fill is not waited for.</summary>
    [Theory]
    [InlineData(100, 100, 150)]
    [InlineData(40, 100, 150)]
    [InlineData(40, 60, 90)]
    [InlineData(70, 0, 70)]
    public void NextWindow_AfterARaise_LastsATurnOfWhatItLetsIn(int population, int inFlight, int ends)
    {
        KneeLimit start = new(new LimitRange(100, 1, 1000), TimeSpan.FromSeconds(0.25));
        KneeLimit rule = Windows.Step(start, Window(Full, seconds: 1) with { MeanInFlight = population, InFlight = inFlight });
        Assert.Equal((150, ends), (rule.Limit, rule.NextWindow!.Value.MinSamples));
    }

    /// <summary>227 in flight at 1,000 a second will take 227 ms, though those that have ended took 100: more than twice the least, so that the limit rises no further. Of a few ends the rate says too little.</summary>
    [Theory]
    [InlineData(0.1, 100, true)]
    [InlineData(0.099, 99, false)]
    public void After_WhatIsInFlightWillTakeTwiceTheLeast_LimitWaits(double seconds, int ends, bool waits)
    {
        KneeLimit rule = Windows.Step(new KneeLimit(new LimitRange(100, 1, 1000), TimeSpan.FromSeconds(10)), Window(Full, seconds: 1));
        rule = Windows.Step(rule, Window(Full, seconds: 1) with { InFlight = 151 });
        Assert.Equal(227.5, rule.Limit);

        LimitWindow window = Window(Full, seconds) with { InFlight = 227 };
        Assert.Equal(ends, window.Samples);
        Assert.Equal(waits ? 227.5 : 342.25, Windows.Step(rule, window).Limit);
    }

    /// <summary>100 ms were those of the short ones, with most still in flight: 250 are no rise then. Without an objective they are taken for one, as nobody has said how long may be waited.</summary>
    [Theory]
    [InlineData(10, 227.5)]
    [InlineData(null, 151)]
    public void After_TheFirstToEndWereTheShortOnes_RisesOnWithAnObjective(int? objective, double limit)
    {
        KneeLimit start = new(new LimitRange(100, 1, 1000), objective is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        KneeLimit rule = Windows.Step(start, Window(Full, seconds: 1) with { MeanInFlight = 30 });
        Assert.Equal(151, rule.Limit);
        rule = Windows.Step(rule, Window(Full, seconds: 1) with { MeanLatency = TimeSpan.FromSeconds(0.25), MeanInFlight = 151, InFlight = 151 });
        Assert.Equal(limit, rule.Limit);
    }

    /// <summary>Once the knee is known no raise goes far beyond it, and the next may come sooner.</summary>
    [Fact]
    public void NextWindow_TheKneeIsKnown_LastsATurnOfThePopulation()
    {
        KneeLimit rule = FluidPlant.Of(bare: 0.1, capacity: 2000, demand: 6000).Run(RaisedOnce(), seconds: 10);
        rule = Windows.Step(rule, Window(2000, seconds: 1) with { MeanInFlight = 120, InFlight = (int)rule.Limit });
        Assert.Equal((true, 120), (rule.BareLatency > TimeSpan.Zero, rule.NextWindow!.Value.MinSamples));
    }

    /// <summary>What a raise from 100 to 150 lets in takes a latency to end; a window that is shorter may fall into the gap, and is not taken for a slower service.</summary>
    [Fact]
    public void After_AGapBehindALargeRaise_LimitStaysUp()
    {
        KneeLimit rule = RaisedOnce();
        double raised = rule.Limit;
        rule = Windows.Step(rule, Window(0.3 * Full));
        Assert.InRange(rule.Limit, raised, 1.1 * raised);
    }

    /// <summary>The second one counts.</summary>
    [Fact]
    public void After_TwoSlowWindowsBehindALargeRaise_LimitFalls()
    {
        KneeLimit rule = RaisedOnce();
        double raised = rule.Limit;
        rule = Windows.Step(Windows.Step(rule, Window(0.3 * Full)), Window(0.3 * Full));
        Assert.InRange(rule.Limit, 1, 0.9 * raised);
    }

    // Nothing is tried yet, and what can be answered in time is 0.6 x 250 ms x 1,000/s = 150.
    private static KneeLimit RaisedOnce()
    {
        KneeLimit start = new(new LimitRange(100, 1, 1000), TimeSpan.FromSeconds(0.25));
        KneeLimit rule = Windows.Step(start, Window(Full, seconds: 1));
        Assert.Equal(150, rule.Limit);
        return rule;
    }

    /// <summary>A window with a latency of 100 ms, in which as many are blocked as are served.</summary>
    private static LimitWindow Window(double rate, double seconds = 0.1) => new()
    {
        Duration = TimeSpan.FromSeconds(seconds),
        Samples = (int)(rate * seconds),
        LatencySamples = (int)(rate * seconds),
        MeanLatency = TimeSpan.FromSeconds(0.1),
        MinLatency = TimeSpan.FromSeconds(0.1),
        MaxInFlight = 100,
        MeanInFlight = 100,
        InFlight = 100,
        Blocked = (int)(rate * seconds),
    };
}
