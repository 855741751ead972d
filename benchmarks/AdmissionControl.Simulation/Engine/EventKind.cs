namespace AdmissionControl.Simulation.Engine;

internal enum EventKind
{
    Arrival,
    Retry,
    FastFailure,
    StageDone,
    Deadline,
    Phase,
    Pause,
    Resume,
    HostTick,
    BurstEdge,
    Timer,
}
