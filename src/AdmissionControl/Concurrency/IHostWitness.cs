namespace AdmissionControl.Concurrency;

/// <summary>Tells how long a tiny work item waits on this host before it runs: long when the host itself is the bottleneck, short when something behind it is slow.</summary>
/// <remarks>
/// One instance serves any number of gates: reading consumes nothing. It is read a few times a second on the way of a completing request, so it answers at once and
/// never throws. Implementations are thread-safe.
/// </remarks>
internal interface IHostWitness
{
    /// <summary>The median delay of the recent work items; null while nothing is known.</summary>
    TimeSpan? Delay { get; }
}
