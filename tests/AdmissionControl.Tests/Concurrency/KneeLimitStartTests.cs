using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>From wherever it starts, under load that does not fit, it finds the knee.</summary>
public class KneeLimitStartTests
{
    [Theory]
    [InlineData(1, null)]
    [InlineData(20, null)]
    [InlineData(1000, null)]
    [InlineData(1, 1)]
    [InlineData(20, 1)]
    [InlineData(1000, 1)]
    public void After_AnyInitialLimit_EndsNearTheKneeAndServesAll(int initial, int? objective)
    {
        FluidPlant plant = FluidPlant.Of(bare: 0.05, capacity: 1000, demand: 2000);
        KneeLimit rule = new(new LimitRange(initial, 1, 10_000), objective is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        rule = plant.Run(rule, seconds: 60);

        // The knee is 50. Below, every permit that lacks costs its share; twice as many do nothing but wait.
        double served = 0;
        rule = plant.Run(rule, seconds: 60, (_, window) => served += window.Samples);
        Assert.InRange(rule.Limit, 50, 100);
        Assert.True(served > 0.98 * 60 * 1000, $"{served} of 60,000");
        Assert.InRange(rule.BareLatency, TimeSpan.FromMilliseconds(45), TimeSpan.FromMilliseconds(60));
    }

    /// <summary>A service of 20 requests a second whose knee is 2, and one whose requests take two seconds.</summary>
    [Theory]
    [InlineData(0.1, 20, 2, 8)]
    [InlineData(2, 50, 100, 160)]
    public void After_SlowServices_EndsNearTheKnee(double bare, double capacity, double least, double most)
    {
        FluidPlant plant = FluidPlant.Of(bare, capacity, demand: 3 * capacity);
        KneeLimit rule = plant.Run(new KneeLimit(objective: TimeSpan.FromSeconds(10 * bare)), seconds: 600);
        Assert.InRange(rule.Limit, least, most);
    }

    /// <summary>
    /// Although ten seconds may be waited for: where more in flight only waits longer, and many find no permit, a trial has to say whose latency it is before the limit rises
    /// further.
    /// </summary>
    [Fact]
    public void After_GrowthMadeOnlyLatencyLonger_LimitRisesNoFurther()
    {
        FluidPlant plant = FluidPlant.Of(bare: 0.05, capacity: 1000, demand: 5000);
        double most = 0;
        plant.Run(new KneeLimit(objective: TimeSpan.FromSeconds(10)), seconds: 60, (rule, _) => most = Math.Max(most, rule.Limit));

        // 50 in flight do, and the allowance is 6,000. At 100 latency has doubled; the window that shows it ends under a limit that had risen once or twice more.
        Assert.InRange(most, 50, 100 * 1.5 * 1.5);
    }

    /// <summary>Requests of three seconds, 300 of which keep the service busy. Whoever raises the limit before the last raise has shown goes far beyond that, and from one permit it must not take minutes.</summary>
    [Theory]
    [InlineData(1, 100)]
    [InlineData(20, 60)]
    public void After_LongLatency_GetsThereSoonAndNotFarBeyond(int initial, double seconds)
    {
        FluidPlant plant = FluidPlant.Of(bare: 3, capacity: 100, demand: 300);
        double most = 0;
        KneeLimit rule = plant.Run(
            new KneeLimit(new LimitRange(initial, 1, 10_000), TimeSpan.FromSeconds(36)), seconds, (now, _) => most = Math.Max(most, now.Limit));
        Assert.True(most > 300, $"{most}");
        plant.Run(rule, seconds: 600, (now, _) => most = Math.Max(most, now.Limit));
        Assert.InRange(most, 300, 2 * 300 * 1.5);
    }

    /// <summary>As shown by the last trial, whatever the latencies were in the queue before.</summary>
    [Fact]
    public void After_ATrial_ObjectiveIsEightTimesTheBareLatency()
    {
        FluidPlant plant = FluidPlant.Of(bare: 0.05, capacity: 1000, demand: 2000);
        KneeLimit rule = plant.Run(new KneeLimit(new LimitRange(1000, 1, 10_000)), seconds: 60);
        Assert.True(rule.BareLatency > TimeSpan.Zero);
        Assert.Equal(8 * rule.BareLatency.TotalSeconds, rule.Objective.TotalSeconds, 1e-5);
        Assert.Equal(rule.Objective, rule.NextWindow!.Value.LateAfter);
    }
}
