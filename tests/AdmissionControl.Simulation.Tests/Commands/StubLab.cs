using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Tests.Commands;

/// <summary>A lab with limits that stand still and an oracle that need not search.</summary>
internal static class StubLab
{
    public static Lab Of(params (string Name, ArmKind Kind, double Limit)[] arms) => new(
        arms.ToDictionary(arm => arm.Name, arm => new ArmSpec(arm.Name, arm.Kind, "", "", _ => new FixedArm(arm.Limit))),
        new CapacityOracle());

    /// <summary>What comes or can be served, whichever is less.</summary>
    private sealed class CapacityOracle : IOracle
    {
        public double[] GoodputPerPhase(Scenario scenario, int seed) =>
            [.. scenario.Phases.Select(phase => Math.Min(scenario.Arrivals(phase, 0), scenario.Capacity(phase)))];
    }
}
