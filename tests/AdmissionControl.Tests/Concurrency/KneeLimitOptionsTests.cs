using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

public class KneeLimitOptionsTests
{
    [Fact]
    public void Constructor_Nothing_StartsAtItsDefaults()
    {
        KneeLimit rule = new();
        Assert.Equal((20d, 10_000), (rule.Limit, rule.MaxLimit));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (rule.BareLatency, rule.Objective));
        Assert.Equal(TimeSpan.Zero, rule.NextWindow!.Value.LateAfter);
    }

    [Fact]
    public void Constructor_Options_AreInForce()
    {
        KneeLimit rule = new(new LimitRange(50, 5, 100), TimeSpan.FromSeconds(2));
        Assert.Equal((50d, 100), (rule.Limit, rule.MaxLimit));
        Assert.Equal(TimeSpan.FromSeconds(2), rule.Objective);
        Assert.Equal(TimeSpan.FromSeconds(2), rule.NextWindow!.Value.LateAfter);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3_600_000)]
    public void Constructor_ObjectiveAtTheBoundary_IsAllowed(double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), new KneeLimit(objective: TimeSpan.FromMilliseconds(milliseconds)).Objective);

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(0.9999)]
    [InlineData(3_600_000.0001)]
    public void Constructor_ObjectiveOutOfRange_SaysWhich(double milliseconds)
    {
        var objective = TimeSpan.FromTicks((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new KneeLimit(objective: objective));
        Assert.Equal("objective", error.ParamName);
        Assert.Equal(objective, error.ActualValue);
    }

    /// <summary>A reload that changes nothing leaves a rule in force, so rules with the same options are the same.</summary>
    [Fact]
    public void Equals_Options_DecideBeforeTheFirstWindow()
    {
        Assert.Equal(new KneeLimit(), new KneeLimit());
        Assert.Equal(new KneeLimit(new LimitRange(50, 5, 100), TimeSpan.FromSeconds(2)), new KneeLimit(new LimitRange(50, 5, 100), TimeSpan.FromSeconds(2)));
        Assert.NotEqual(new KneeLimit(), new KneeLimit(objective: TimeSpan.FromSeconds(2)));
        Assert.NotEqual(new KneeLimit(), new KneeLimit(new LimitRange(20, 1, 9_999)));
        Assert.NotEqual(new KneeLimit(), new KneeLimit(new LimitRange(20, 2, 10_000)));
    }

    [Fact]
    public void Equals_AfterAWindow_IsAnotherState() => Assert.NotEqual(new KneeLimit(), new KneeLimit().After(Windows.Of(50, 20)));

    [Theory]
    [InlineData(1, 30)]
    [InlineData(40, 45)]
    public void After_AnyLoad_StaysBetweenTheBounds(int min, int max)
    {
        FluidPlant plant = FluidPlant.Of(bare: 0.05, capacity: 1000, demand: 100);
        KneeLimit rule = new(new LimitRange(max - 1, min, max), TimeSpan.FromSeconds(1));
        foreach (double demand in (double[])[100, 2000, 100])
        {
            plant.Demand = demand;
            rule = plant.Run(rule, seconds: 60, (after, _) => Assert.InRange(after.Limit, min, max));
        }
    }
}
