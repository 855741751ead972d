using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;
using AdmissionControl.Simulation.Tests.Engine;

namespace AdmissionControl.Simulation.Tests.Arms;

public class ArmCatalogTests
{
    public static TheoryData<string> Adaptive => [.. ArmCatalog.All.Where(arm => arm.Kind == ArmKind.Published).Select(arm => arm.Name)];

    [Fact]
    public void All_Names_AreUnique() => Assert.Equal(ArmCatalog.All.Count, ArmCatalog.All.Select(arm => arm.Name).Distinct().Count());

    [Fact]
    public void Get_UnknownName_ListsTheArms()
    {
        var error = Assert.Throws<FormatException>(() => ArmCatalog.Get("vega"));

        Assert.Contains("\"vega\"", error.Message, StringComparison.Ordinal);
        Assert.All(ArmCatalog.All, arm => Assert.Contains(arm.Name, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("none", double.PositiveInfinity)]
    [InlineData("fixed", 20)]
    [InlineData("frozen", 30)]
    [InlineData("max", 1000)]
    [InlineData("min", 1)]
    public void Create_FixedOnes_TheirLimit(string name, double expected)
    {
        using Arm arm = ArmCatalog.Get(name).Create(Context(30));

        Assert.Equal(expected, arm.Limit);
        Assert.Equal(AdmitAll(arm), Math.Min(2000, expected));
    }

    // Bounds as published; Envoy begins with a measurement at 3, kratos with no limit.
    [Theory]
    [InlineData("aimd", 20, 30, 200)]
    [InlineData("aimd-objective", 20, 30, 200)]
    [InlineData("vegas-raw", 1, 30, 1000)]
    [InlineData("vegas", 1, 30, 1000)]
    [InlineData("gradient", 1, 30, 1000)]
    [InlineData("gradient2", 20, 30, 200)]
    [InlineData("envoy", 3, 3, 3)]
    [InlineData("failsafe", 1, 30, 200)]
    [InlineData("kratos", 2000, 2000, 2000)]
    [InlineData("vector", 1, 30, 200)]
    public void Create_InitialLimits_WithinThePublishedBounds(string name, int fromOne, int from30, int from1000)
    {
        foreach ((int initial, int expected) in new[] { (1, fromOne), (30, from30), (1000, from1000) })
        {
            using Arm arm = ArmCatalog.Get(name).Create(Context(initial));
            Assert.Equal(expected, AdmitAll(arm));
            Assert.Equal(expected, arm.InFlight);
        }
    }

    // Netflix/concurrency-limits, limit/AIMDLimitTest.java: increaseOnSuccess 20 to 21, decreaseOnDrops 30 to 27; here for a window of a second.
    [Theory]
    [InlineData("aimd", 20, 1, "Success", 21)]
    [InlineData("aimd", 30, 1, "Overloaded", 27)]
    [InlineData("aimd", 20, 201, "Success", 21)]
    [InlineData("aimd-objective", 20, 1, "Success", 21)]
    [InlineData("aimd-objective", 30, 1, "Overloaded", 27)]
    [InlineData("aimd-objective", 20, 200, "Success", 21)]
    [InlineData("aimd-objective", 30, 201, "Success", 27)]
    public void Complete_Aimd_PublishedLimits(string name, int initial, int milliseconds, string outcome, double expected)
    {
        ArmContext context = Context(initial);
        using Arm arm = ArmCatalog.Get(name).Create(context);
        var admissions = new Admission[initial];
        for (int request = 0; request < initial; request++)
        {
            Assert.True(arm.TryAdmit(0, RequestPriority.Normal, ref admissions[request]));
        }

        context.Time.Now = VirtualTime.Second;
        foreach (Admission admission in admissions)
        {
            Admission late = admission with { AdmittedAt = context.Time.Now - (milliseconds * ArmSamples.Millisecond) };
            arm.Complete(context.Time.Now, late, Enum.Parse<AdmissionOutcome>(outcome));
        }

        Assert.Equal(expected, arm.Limit);
    }

    [Theory]
    [MemberData(nameof(Adaptive))]
    public void Create_Adaptive_MovesInOverload(string name)
    {
        Scenario scenario = Runs.Of(Runs.Cores(4, 0.02, DistributionKind.Lognormal), new Phase { Duration = 40, Load = 3 }) with { InitialLimit = 100 };

        double[] limits = [.. scenario.Run(arm: ArmCatalog.Get(name).Create).Series.Select(slice => slice.Limit)];

        Assert.True(limits.Distinct().Count() > 2);
    }

    [Fact]
    public void HandTuned_DelaysAndOtherStages_WhatStandsThereByLittle()
    {
        StageSpec delay = new() { Kind = StageKind.Delay, Service = new Distribution { Mean = 0.2 } };
        StageSpec cores = Runs.Cores(16, 0.02);
        var phase = new Phase { Duration = 1, Load = 1 };

        Assert.Equal(20, FixedArm.HandTuned(Runs.Of(cores, phase)));
        Assert.Equal(20 + 160, FixedArm.HandTuned(Runs.Of(cores, phase) with { Stages = [delay, cores] }));
        Assert.Equal(20 + 320, FixedArm.HandTuned(Runs.Of(cores, phase with { DelayFactor = 2 }) with { Stages = [delay, cores] }));
        Assert.Equal(20 + 16, FixedArm.HandTuned(Runs.Of(cores, phase) with { Stages = [cores, cores] }));
        Assert.Equal(12, FixedArm.HandTuned(Runs.Of(cores, phase with { Cores = 8 })));
        Assert.Equal(4 + 40, FixedArm.HandTuned(Runs.Of(delay, new Phase { Duration = 1, Rate = 200 })));
    }

    private static ArmContext Context(int initial) => new(
        Runs.Of(Runs.Cores(16, 0.02), new Phase { Duration = 1, Load = 1 }) with { InitialLimit = initial }, 1, new VirtualTime(new EventQueue()), null, null);

    private static int AdmitAll(Arm arm)
    {
        int admitted = 0;
        Admission admission = default;
        while (admitted < 2000 && arm.TryAdmit(0, RequestPriority.Normal, ref admission))
        {
            admitted++;
        }

        return admitted;
    }
}
