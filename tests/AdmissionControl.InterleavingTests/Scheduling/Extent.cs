namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>Which of all schedules an exploration has run.</summary>
internal enum Extent
{
    /// <summary>Some: it was sampled, or stopped at a violation or at <see cref="Explorer.MostSchedules"/>.</summary>
    Some,

    /// <summary>All within the scenario's number of preemptions.</summary>
    AllWithinPreemptions,

    /// <summary>All that there are.</summary>
    All,
}
