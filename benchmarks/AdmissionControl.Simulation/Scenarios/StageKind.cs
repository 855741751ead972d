namespace AdmissionControl.Simulation.Scenarios;

internal enum StageKind
{
    /// <summary>Cores that serve in order of arrival.</summary>
    Fifo,

    /// <summary>Cores that all share: processor sharing.</summary>
    Shared,

    /// <summary>A wait with room for all.</summary>
    Delay,
}
