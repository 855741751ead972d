using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>Late answers shrink the allowance; it comes back when they are gone.</summary>
public class KneeLimitLatenessTests
{
    private static readonly KneeLimit Start = new(new LimitRange(10, 1, 10_000), TimeSpan.FromSeconds(1));

    [Fact]
    public void After_SomeLate_ShrinksAndComesBack()
    {
        double limit = Steps(Start, 100, late: 0).Limit;
        KneeLimit rule = Steps(Steps(Start, 100, late: 0), 30, late: 10);
        Assert.True(rule.Limit < 0.6 * limit, $"{rule.Limit} of {limit}");
        rule = Steps(rule, 2000, late: 0);
        Assert.InRange(rule.Limit, 0.95 * limit, 1.05 * limit);
    }

    /// <summary>One in a hundred is no reason.</summary>
    [Fact]
    public void After_AFewLate_ShrinksNothing()
    {
        KneeLimit rule = Steps(Start, 100, late: 0);
        double limit = rule.Limit;
        for (int i = 0; i < 50; i++)
        {
            rule = Steps(Steps(rule, 1, late: 1), 1, late: 0);
            Assert.InRange(rule.Limit, 0.99 * limit, 1.01 * limit);
        }
    }

    /// <summary>However long all are late, it leaves a few permits, and comes back.</summary>
    [Fact]
    public void After_AllLateForLong_StillComesBack()
    {
        double limit = Steps(Start, 100, late: 0).Limit;
        KneeLimit rule = Steps(Start, 2000, late: 50);
        Assert.InRange(rule.Limit, 1, 0.1 * limit);
        rule = Steps(rule, 2000, late: 0);
        Assert.InRange(rule.Limit, 0.95 * limit, 1.05 * limit);
    }

    /// <summary>The service loses nine tenths of its speed while nobody is blocked: the limit falls until what is in flight is answered in time again.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void After_ServiceFallsBehind_AnswersInTimeAgain(int? objective)
    {
        FluidPlant plant = FluidPlant.Of(bare: 0.05, capacity: 1000, demand: 500);
        KneeLimit rule = plant.Run(new KneeLimit(objective: objective is { } seconds ? TimeSpan.FromSeconds(seconds) : null), seconds: 30);
        plant.Capacity = 100;
        rule = plant.Run(rule, seconds: 60);
        double served = 0;
        plant.Run(rule, seconds: 60, (_, window) =>
        {
            served += window.Samples;
            Assert.InRange(window.MeanLatency, TimeSpan.Zero, TimeSpan.FromSeconds(0.5));
        });
        Assert.True(served > 0.95 * 60 * 100, $"{served} of 6,000");
    }

    /// <summary>Four hundred in flight will take four times the objective. That is borne for a second, which is longer than a pause; of a short objective for six of it.</summary>
    [Theory]
    [InlineData(1, 10)]
    [InlineData(0.17, 10)]
    [InlineData(0.05, 3)]
    public void After_TheObjectiveIsAtRisk_LimitFallsOnceThatHasLasted(double objective, int windows)
    {
        KneeLimit rule = new(new LimitRange(1000, 1, 1000), TimeSpan.FromSeconds(objective));
        for (int i = 0; i < windows; i++)
        {
            rule = Windows.Step(rule, AtRisk(objective));
            Assert.Equal(1000, rule.Limit);
        }

        Assert.InRange(Windows.Step(rule, AtRisk(objective)).Limit, 1, 100);
    }

    /// <summary>What was tried because answers were late found fewer served, if not half as few. Those that were in flight before have made all late, so the limit does not go back to them.</summary>
    [Fact]
    public void After_ATrialForLateness_LimitStaysWhereAnswersAreInTime()
    {
        KneeLimit rule = new(new LimitRange(1000, 1, 1000), TimeSpan.FromSeconds(1));
        while (rule.Limit == 1000)
        {
            rule = Windows.Step(rule, AtRisk(objective: 1));
        }

        double low = rule.Limit;
        Assert.InRange(low, 50, 70);

        // 100 a second while they run off, and 60 at the lower limit.
        foreach (int samples in (int[])[200, 120, 120])
        {
            rule = Windows.Step(rule, AtRisk(objective: 1) with { Duration = TimeSpan.FromSeconds(2), Samples = samples, MeanInFlight = low, InFlight = (int)low, Blocked = 500 });
            Assert.InRange(rule.Limit, low, 1.5 * low);
        }

        Assert.Equal(low / 60, rule.BareLatency.TotalSeconds, 1e-6);
    }

    /// <summary>100 for each objective end in it, and four times as many are in flight.</summary>
    private static LimitWindow AtRisk(double objective) => new()
    {
        Duration = TimeSpan.FromSeconds(0.0999),
        Samples = (int)(10 / objective),
        LatencySamples = (int)(10 / objective),
        MeanLatency = TimeSpan.FromSeconds(0.9 * objective),
        MinLatency = TimeSpan.FromSeconds(0.5 * objective),
        MaxInFlight = 400,
        MeanInFlight = 90,
        InFlight = 400,
    };

    /// <summary>500 a second, 50 ms on the average, nobody blocked.</summary>
    private static KneeLimit Steps(KneeLimit rule, int windows, int late)
    {
        LimitWindow window = new()
        {
            Duration = TimeSpan.FromSeconds(0.1),
            Samples = 50,
            LatencySamples = 50,
            MeanLatency = TimeSpan.FromSeconds(0.05),
            MinLatency = TimeSpan.FromSeconds(0.05),
            MaxInFlight = 25,
            MeanInFlight = 25,
            InFlight = 25,
            Late = late,
        };
        for (int i = 0; i < windows; i++)
        {
            rule = Windows.Step(rule, window);
        }

        return rule;
    }
}
