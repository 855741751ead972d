using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Arms;

/// <summary>What an arm may know: where it starts, the objective, the clock, the host's witness and its cores' use. Nothing of the plant beside.</summary>
/// <param name="Scenario">For what stands in the arm's configuration; the hand-tuned arm alone reads the plant's description.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Time">The clock.</param>
/// <param name="HostTicks">The delay of tiny work items on the host; null on a client.</param>
/// <param name="Host">The station whose cores are the host's; null on a client, whose own cores idle.</param>
internal sealed record ArmContext(Scenario Scenario, int Seed, VirtualTime Time, HostTicks? HostTicks, Stage? Host)
{
    public int InitialLimit => Scenario.InitialLimit;

    public TimeSpan Objective => TimeSpan.FromSeconds(Scenario.Objective);

    /// <summary>The arm's own random numbers, for its jitter.</summary>
    public Random CreateRandom() => Draws.Of(Seed, Draws.Arms);
}
