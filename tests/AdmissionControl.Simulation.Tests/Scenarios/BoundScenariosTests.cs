using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Tests.Scenarios;

/// <summary>The scenarios that show what no limit can reach: a shipped one, from other limits.</summary>
public sealed class BoundScenariosTests
{
    [Fact]
    public void Load_BoundsOfV07_AreV07FromAnotherLimit()
    {
        Scenario v07 = ScenarioFile.Load(Path.Combine(ShippedScenarios.Variations, "v07-cores-4-0.9x.json"));
        IReadOnlyList<Scenario> bounds = ScenarioFile.LoadFolder(Path.Combine(Checkout.Find(), "benchmarks", "AdmissionControl.Simulation", "bounds"));

        Assert.Equal(6, bounds.Count);
        Assert.All(bounds, bound =>
        {
            Assert.Equal($"v07-fixed-{bound.InitialLimit}", bound.Name);
            Assert.Equal(v07.Objective, bound.Objective);
            Assert.Equal(v07.Phases, bound.Phases);
            Assert.Equivalent(v07.Stages, bound.Stages, strict: true);
        });
    }
}
