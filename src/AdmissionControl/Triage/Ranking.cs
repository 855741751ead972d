using System.Runtime.CompilerServices;
using AdmissionControl.Timing;

namespace AdmissionControl.Triage;

/// <summary>Gives requests their place in the order of importance. Without a record of usage all clients are as light.</summary>
/// <remarks>Thread-safe, lock-free. Requests that belong to nobody are dealt to the cohorts in turn, so that any share of them can be turned away.</remarks>
internal sealed class Ranking
{
    private const long Second = 1_000_000_000;

    // An odd number, so that 128 in a row get different cohorts, and neighbours distant ones.
    private const uint Stride = 73;

    private readonly AdmissionClock _clock;
    private readonly ClientUsage? _usage;
    private readonly long _epochOfClock;
    private long _unixSeconds;

    public Ranking(TimeProvider timeProvider, AdmissionClock clock, ClientUsage? usage)
    {
        _clock = clock;
        _usage = usage;
        _epochOfClock = timeProvider.GetUtcNow().ToUnixTimeSeconds() - (clock.Coarse / Second);
        Refresh();
    }

    /// <param name="request">The request.</param>
    /// <param name="turn">A number that grows by one with each that this thread asks about.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TriageLevel LevelOf(in AdmissionRequest request, uint turn) => TriageLevel.Of(
        request.Priority, _usage?.BandOf(request.Partition, request.IsAnonymous) ?? 0, request.OwnCohort is >= 0 and var cohort ? cohort : CohortOf(request.Partition, turn));

    /// <summary>Looks at the time, which cohorts need to the second only. For whoever has the time: one who is turned away has not.</summary>
    public void Refresh() => Volatile.Write(ref _unixSeconds, _epochOfClock + (_clock.Coarse / Second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int CohortOf(PartitionKey client, uint turn) => client.IsNone
        ? (int)(turn * Stride & (AdmissionRequest.CohortCount - 1))
        : CohortEpoch.CohortOf(client.Hash, Volatile.Read(ref _unixSeconds));
}
