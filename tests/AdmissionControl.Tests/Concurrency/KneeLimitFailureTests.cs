using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>Nothing succeeds any more; and then it does again.</summary>
public class KneeLimitFailureTests
{
    private readonly FluidPlant _plant = FluidPlant.Of(bare: 0.05, capacity: 1000, demand: 2000);

    /// <summary>An instance that refuses each request in a millisecond looks fast. It is not: no more are let in than before.</summary>
    [Theory]
    [InlineData(500)]
    [InlineData(2000)]
    public void After_FastFailures_DoNotRaiseTheLimit(double demand)
    {
        _plant.Demand = demand;
        KneeLimit rule = _plant.Run(new KneeLimit(objective: TimeSpan.FromSeconds(1)), seconds: 60);
        double limit = rule.Limit;
        (_plant.Bare, _plant.Capacity, _plant.Outcome) = (0.001, 1e6, AdmissionOutcome.Overloaded);
        (double least, double most) = (limit, 0);
        _plant.Demand = 2000;
        _plant.Run(rule, seconds: 60, (after, _) => (least, most) = (Math.Min(least, after.Limit), Math.Max(most, after.Limit)));
        Assert.True(most <= limit, $"{most} after {limit}");
        Assert.True(least >= 1);
    }

    /// <summary>All callers go away before they are answered. What is known is that so many in flight help nobody.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void After_AllIgnoredFrom1000_ComesDown(int? objective)
    {
        (_plant.Bare, _plant.Capacity, _plant.Demand, _plant.Outcome) = (0.5, 1e6, 4000, AdmissionOutcome.Ignored);
        KneeLimit rule = new(new LimitRange(1000, 1, 10_000), objective is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        rule = _plant.Run(rule, seconds: 30);
        Assert.InRange(rule.Limit, 1, 50);
        AssertFindsBack(rule);
    }

    /// <summary>Whatever it was about when the outage came, a trial of any step or none, it finds back when it is over.</summary>
    [Theory]
    [InlineData(AdmissionOutcome.Ignored, null)]
    [InlineData(AdmissionOutcome.Ignored, 1)]
    [InlineData(AdmissionOutcome.Overloaded, null)]
    [InlineData(AdmissionOutcome.Overloaded, 1)]
    public void After_AnOutageAtAnyMoment_FindsBack(AdmissionOutcome outcome, int? objective)
    {
        KneeLimit running = new(objective: objective is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        for (double moment = 0; moment < 6; moment += 0.15)
        {
            FluidPlant plant = FluidPlant.Of(bare: 0.05, capacity: 1000, demand: 2000);
            KneeLimit rule = plant.Run(running, moment);
            (plant.Bare, plant.Outcome) = (1, outcome);
            rule = plant.Run(rule, seconds: 30);
            (plant.Bare, plant.Outcome) = (0.05, AdmissionOutcome.Success);
            rule = plant.Run(rule, seconds: 60);
            double served = 0;
            plant.Run(rule, seconds: 20, (_, window) => served += window.Samples);
            Assert.True(served > 0.95 * 20 * 1000, $"{served} of 20,000 after an outage at {moment} s: {rule}");
        }
    }

    private void AssertFindsBack(KneeLimit rule)
    {
        (_plant.Bare, _plant.Capacity, _plant.Demand, _plant.Outcome) = (0.05, 1000, 2000, AdmissionOutcome.Success);
        rule = _plant.Run(rule, seconds: 60);
        double served = 0;
        rule = _plant.Run(rule, seconds: 60, (_, window) => served += window.Samples);
        Assert.True(served > 0.95 * 60 * 1000, $"{served} of 60,000");
        Assert.InRange(rule.Limit, 50, 110);
    }
}
