using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Engine;

/// <summary>One service: the shipped controller at its door, and cores that work on what it admits, in order.</summary>
internal sealed class Service : IDisposable
{
    private readonly HostTicks _ticks = new();

    public Service(TriageScenario scenario, TriageArm arm, VirtualTime time, EventQueue events)
    {
        Cores = new FifoStage(time, events, scenario.Slots, tax: 0);
        Controller = new AdmissionController(
            "lab", arm.Options(scenario), time, new VirtualClock(time), logger: null, new PlantWitness(_ticks, time));
    }

    public AdmissionController Controller { get; }

    public FifoStage Cores { get; }

    /// <summary>The host's witness, which adaptive limits ask, posts its tiny work item.</summary>
    public void Tick(long now)
    {
        if (_ticks.TryPost(now))
        {
            Cores.PostTick(_ticks);
        }
    }

    public void Dispose() => Controller.Dispose();
}
