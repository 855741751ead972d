using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Arms;

/// <summary>What an arm may know: where it starts, the objective, the clock, and the host's witness. Nothing of the plant.</summary>
internal sealed record ArmContext(Scenario Scenario, VirtualTime Time, HostTicks? HostTicks)
{
    public int InitialLimit => Scenario.InitialLimit;

    public TimeSpan Objective => TimeSpan.FromSeconds(Scenario.Objective);
}
