using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>While nobody is blocked the limit is what can be answered in time.</summary>
public class KneeLimitAllowanceTests
{
    private static readonly TimeSpan Objective = TimeSpan.FromSeconds(1);

    /// <summary>0.6 x objective x rate: 0.6 x 1 s x 500/s = 300, though only 25 are in flight.</summary>
    [Fact]
    public void After_NobodyBlocked_IsTheShareOfTheObjective()
    {
        KneeLimit rule = Run(new KneeLimit(objective: Objective), demand: 500);
        Assert.InRange(rule.Limit, 240, 360);
    }

    [Theory]
    [InlineData(2, 500)]
    [InlineData(1, 1000)]
    public void After_TwiceTheObjectiveOrTheRate_IsTwiceAsMuch(double objective, double demand)
    {
        double once = Run(new KneeLimit(objective: Objective), demand: 500).Limit;
        double twice = Run(new KneeLimit(objective: TimeSpan.FromSeconds(objective)), demand).Limit;
        Assert.InRange(twice / once, 1.95, 2.05);
    }

    /// <summary>Nothing was tried yet, so it is eight times the least latency: 0.6 x 8 x 50 ms x 500/s = 120.</summary>
    [Fact]
    public void After_NoObjectiveGiven_IsTheShareOfEightLatencies()
    {
        KneeLimit rule = Run(new KneeLimit(), demand: 500);
        Assert.InRange(rule.Limit, 100, 140);
        Assert.InRange(rule.Objective, TimeSpan.FromSeconds(0.38), TimeSpan.FromSeconds(0.42));
        Assert.Equal(TimeSpan.Zero, rule.BareLatency);
    }

    /// <summary>0.6 x 1 s x 2/s is 1, but as long as nothing is wrong the limit is no lower than it started.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void After_LowRate_StaysAtTheInitialLimit(int? objective)
    {
        KneeLimit rule = new(objective: objective is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        FluidPlant.Of(bare: 0.05, capacity: 1000, demand: 2).Run(rule, seconds: 300, (after, _) => Assert.Equal(20, after.Limit));
    }

    /// <summary>Nothing is refused, so nothing is cut, whatever the latency does within the objective.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void After_NobodyBlocked_NothingIsCut(int? objective)
    {
        KneeLimit rule = new(new LimitRange(200, 1, 10_000), objective is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        FluidPlant plant = FluidPlant.Of(bare: 0.05, capacity: 1000, demand: 900);
        foreach (double bare in (double[])[0.05, 0.1, 0.05, 0.15])
        {
            plant.Bare = bare;
            rule = plant.Run(rule, seconds: 60, (after, window) =>
            {
                Assert.Equal(0, window.Blocked);
                Assert.True(after.Limit >= 200);
            });
        }
    }

    /// <summary>A burst that the allowance holds is not overload: 300 more at once are all taken.</summary>
    [Fact]
    public void After_QuietTimes_ABurstIsTaken()
    {
        FluidPlant plant = FluidPlant.Of(bare: 0.05, capacity: 1000, demand: 500);
        KneeLimit rule = plant.Run(new KneeLimit(objective: Objective), seconds: 30);
        plant.Demand = 3000;
        plant.Run(rule, seconds: 0.1, (_, window) => Assert.Equal(0, window.Blocked));
        Assert.InRange(plant.InFlight, 100, 300);
    }

    /// <summary>0.3% too many arrive: 0.6 x 0.4 s x 1,000/s = 240. Nobody is late by the objective, so that one which is given allows more; eight times a latency are a guess, and it does not.</summary>
    [Theory]
    [InlineData(null, 180, 250)]
    [InlineData(0.4, 300, 400)]
    public void After_AFewBlockedAndNobodyLate_GrowsBeyondTheShareOfAGivenObjective(double? objective, double least, double most)
    {
        double highest = 0;
        KneeLimit rule = new(objective: objective is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        FluidPlant.Of(bare: 0.05, capacity: 1000, demand: 1003).Run(rule, seconds: 300, (after, _) => highest = Math.Max(highest, after.Limit));
        Assert.InRange(highest, least, most);
    }

    private static KneeLimit Run(KneeLimit rule, double demand) => FluidPlant.Of(bare: 0.05, capacity: 2000, demand).Run(rule, seconds: 30);
}
