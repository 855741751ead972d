using AdmissionControl.Concurrency;
using AdmissionControl.Policies;

namespace AdmissionControl.Tests.Policies;

public class LimitAlgorithmsTests
{
    [Fact]
    public void Create_Default_IsTheKneeLimitWithItsOwnBounds()
    {
        Assert.Equal(new KneeLimit(), LimitAlgorithms.Create(new ConcurrencyOptions()));
        Assert.Equal(new KneeLimit(new LimitRange(20, 1, 10_000)), LimitAlgorithms.Create(new ConcurrencyOptions()));
    }

    [Fact]
    public void Create_Adaptive_TakesBoundsAndObjective() =>
        Assert.Equal(
            new KneeLimit(new LimitRange(50, 5, 100), TimeSpan.FromSeconds(2)),
            LimitAlgorithms.Create(new ConcurrencyOptions { Min = 5, Initial = 50, Max = 100, Objective = TimeSpan.FromSeconds(2) }));

    /// <summary>Of the bounds that are not given, each gives way to those that are.</summary>
    [Theory]
    [InlineData(null, null, 20, 1, 10_000)]
    [InlineData(30, null, 30, 30, 10_000)]
    [InlineData(null, 7, 7, 1, 7)]
    [InlineData(20_000, null, 20_000, 20_000, 20_000)]
    public void Create_SomeBounds_TheRestFollow(int? min, int? max, int initial, int expectedMin, int expectedMax) =>
        Assert.Equal(
            new KneeLimit(new LimitRange(initial, expectedMin, expectedMax)), LimitAlgorithms.Create(new ConcurrencyOptions { Min = min, Max = max }));

    [Theory]
    [InlineData(ConcurrencyAlgorithm.Adaptive, 1, 10_000)]
    [InlineData(ConcurrencyAlgorithm.Vegas, 1, 1000)]
    [InlineData(ConcurrencyAlgorithm.Aimd, 20, 200)]
    [InlineData(ConcurrencyAlgorithm.Gradient, 20, 200)]
    public void Bounds_NothingGiven_AreTheRulesOwn(ConcurrencyAlgorithm algorithm, int min, int max) =>
        Assert.Equal((min, max), LimitAlgorithms.Bounds(new ConcurrencyOptions { Algorithm = algorithm }));

    [Theory]
    [InlineData(ConcurrencyAlgorithm.Vegas, typeof(VegasLimit))]
    [InlineData(ConcurrencyAlgorithm.Aimd, typeof(AimdLimit))]
    [InlineData(ConcurrencyAlgorithm.Gradient, typeof(GradientLimit))]
    public void Create_ByName_IsThatRule(ConcurrencyAlgorithm algorithm, Type expected) =>
        Assert.IsType(expected, LimitAlgorithms.Create(new ConcurrencyOptions { Algorithm = algorithm }));
}
