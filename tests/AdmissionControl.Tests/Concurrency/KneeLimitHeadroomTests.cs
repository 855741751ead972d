using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>What the limit is under overload: the knee, 15% and the headroom, which follows the share that is blocked.</summary>
public class KneeLimitHeadroomTests
{
    /// <summary>
    /// With 1000/s and 50 ms, K = 50 and 1.15 K = 57.5. Computed apart from the code: a share B = 1 - 1000/demand gives 2.5 / -ln(1 - B), at least 1.5 sqrt(57.5) = 11.4:
    /// 1060/s: 42.9, 1100/s: 26.2, 1200/s: 13.7, 2000/s: 3.6, so 11.4. Allowed is a fifth either way.
    /// </summary>
    [Theory]
    [InlineData(1060, 100.4)]
    [InlineData(1100, 83.7)]
    [InlineData(1200, 71.2)]
    [InlineData(2000, 68.9)]
    [InlineData(10_000, 68.9)]
    public void After_AShareBlocked_IsKneeAndHeadroom(double demand, double expected)
    {
        KneeLimit rule = Run(bare: 0.05, capacity: 1000, demand);
        Assert.InRange(rule.Limit, 0.8 * expected, 1.2 * expected);
    }

    [Fact]
    public void After_MoreBlocked_IsLess()
    {
        double[] limits = [.. new double[] { 1060, 1100, 1200 }.Select(demand => Run(bare: 0.05, capacity: 1000, demand).Limit)];
        Assert.True(limits[0] > limits[1] + 5 && limits[1] > limits[2] + 5, string.Join(", ", limits));
    }

    /// <summary>K = 2000 and 4: the headroom of a large service is its square root, of a small one no less than a few. 2300 + 1.5 x 48.0; 4.6 + 1.5 x 2.14.</summary>
    [Theory]
    [InlineData(0.5, 4000, 2372)]
    [InlineData(0.02, 200, 7.8)]
    public void After_LargeAndSmall_HeadroomIsTheSquareRoot(double bare, double capacity, double expected)
    {
        KneeLimit rule = Run(bare, capacity, demand: 3 * capacity);
        Assert.InRange(rule.Limit, 0.8 * expected, 1.2 * expected);
    }

    /// <summary>However few are blocked, what cannot be answered in time gets no permit: 0.6 x 200 ms x 1000/s = 120, where 1010/s alone would give 308.</summary>
    [Fact]
    public void After_FewBlocked_IsNoMoreThanTheAllowance()
    {
        KneeLimit rule = Run(bare: 0.05, capacity: 1000, demand: 1010, objective: 0.2);
        Assert.InRange(rule.Limit, 60, 1.5 * 120 * 1.2);
    }

    private static KneeLimit Run(double bare, double capacity, double demand, double objective = 4)
    {
        FluidPlant plant = FluidPlant.Of(bare, capacity, 2 * capacity);
        KneeLimit rule = plant.Run(new KneeLimit(objective: TimeSpan.FromSeconds(objective)), seconds: 60);
        plant.Demand = demand;
        return plant.Run(rule, seconds: 60);
    }
}
