using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Plants;

/// <summary>A wait that nobody shares: a network, or a dependency with room for all.</summary>
internal sealed class DelayStage(VirtualTime time, EventQueue events) : Stage(time, events)
{
    private double _slowdown = 1;

    public override void Enter(Request request)
    {
        Population++;
        Events.Push(Time.Now + VirtualTime.Nanoseconds(request.Work[request.Stage] * _slowdown), EventKind.StageDone, request, request.Version);
    }

    public override Request? Finish(in Event done)
    {
        Population--;
        return (Request)done.Subject!;
    }

    public override void Cancel(Request request) => Population--;

    public override void Change(int cores, double slowdown) => _slowdown = slowdown;
}
