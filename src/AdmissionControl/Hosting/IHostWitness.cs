namespace AdmissionControl.Hosting;

/// <summary>
/// Says how long work waits for this host before it runs: evidence that latency is our own overload, and not a slow dependency.
/// </summary>
/// <remarks>Reading consumes nothing, so several regulators share one. Thread-safe.</remarks>
internal interface IHostWitness
{
    /// <summary>
    /// The median delay of recent small work items, from zero up. It is the delay of now: one that waits too long to be seen among them yet
    /// counts with its age. Null when there is nothing to go by, as before the first.
    /// </summary>
    TimeSpan? Delay { get; }
}
