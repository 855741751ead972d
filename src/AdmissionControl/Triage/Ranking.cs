using AdmissionControl.Timing;

namespace AdmissionControl.Triage;

/// <summary>Gives requests their place in the order of importance. Without a record of usage all clients are as light.</summary>
/// <remarks>Thread-safe, lock-free. Requests that belong to nobody are dealt to the cohorts in turn, so that any share of them can be turned away.</remarks>
internal sealed class Ranking
{
    private const long Second = 1_000_000_000;

    // An odd number, so that 128 in a row get different cohorts, and neighbours distant ones.
    private const int Stride = 73;

    private readonly AdmissionClock _clock;
    private readonly ClientUsage? _usage;
    private readonly long _epochOfClock;
    private long _unixSeconds;
    private int _turn;

    public Ranking(TimeProvider timeProvider, AdmissionClock clock, ClientUsage? usage)
    {
        _clock = clock;
        _usage = usage;
        _epochOfClock = timeProvider.GetUtcNow().ToUnixTimeSeconds() - (clock.Coarse / Second);
        Refresh();
    }

    public TriageLevel LevelOf(in AdmissionRequest request) => TriageLevel.Of(
        request.Priority, _usage?.BandOf(request.Partition, request.IsAnonymous) ?? 0, request.Cohort ?? CohortOf(request.Partition));

    /// <summary>Looks at the time, which cohorts need to the second only. For whoever has the time: one who is turned away has not.</summary>
    public void Refresh() => Volatile.Write(ref _unixSeconds, _epochOfClock + (_clock.Coarse / Second));

    // A lost increment gives two requests the same cohort.
    private int CohortOf(PartitionKey client) => client.IsNone
        ? _turn++ * Stride & (AdmissionRequest.CohortCount - 1)
        : CohortEpoch.CohortOf(client.Hash, Volatile.Read(ref _unixSeconds));
}
