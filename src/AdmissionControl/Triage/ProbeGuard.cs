using AdmissionControl.Timing;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Triage;

/// <summary>
/// Keeps the probes' bypass from being abused: a few at a time and a bounded number a second pass; the rest are ordinary requests. No source can use that up for the others: each leaves to them as much as it has itself.
/// </summary>
/// <remarks>
/// A source is the group of a partition, or the partition where it has no group. It has one of <see cref="CellCount"/> cells, by its keyed hash: 2 KB in all, however many ask. Probes without a partition cannot be told
/// apart, so they have no cell and leave nothing. A probe takes a place only when all those taken and its source's own are together below <see cref="MaxInFlight"/>, and a token only when as many remain as half of what its
/// source <see cref="ProbeCell.Ask">asked for lately</see>, <see cref="MostLeft"/> at most. So a source that floods, with twice that a second or more, or any number of them, always leaves half of the tokens to those that do not.
/// <para>
/// Invariant: the count of all never exceeds <see cref="MaxInFlight"/>, but for an instant: who raises it above takes it back at once, and who sees it there does not raise it. Thread-safe, lock-free; allocates nothing after
/// construction.
/// </para>
/// </remarks>
internal sealed class ProbeGuard(AdmissionClock clock)
{
    /// <summary>Probes at the same time. A load balancer, an orchestrator and a monitor together stay far below it.</summary>
    public const int MaxInFlight = 8;

    /// <summary>Probes a second, and in one burst.</summary>
    public const int PerSecond = 50;

    /// <summary>The most tokens that a source has to leave, and so what those that ask for less find in the bucket whatever a flood does.</summary>
    public const int MostLeft = PerSecond / 2;

    // The count of a flood is halved with each second, and must leave as much then.
    private const int MostCounted = 4 * MostLeft;

    /// <summary>A power of two.</summary>
    public const int CellCount = 128;

    private readonly TokenBucket _bucket = new(PerSecond, PerSecond, clock);
    private readonly ProbeCell[] _cells = new ProbeCell[CellCount];
    private int _inFlight;

    /// <summary>Lets a probe pass, or not.</summary>
    /// <param name="partition">Whose it is. One that passed has to <see cref="Exit"/> with the same.</param>
    public bool TryEnter(PartitionKey partition)
    {
        // Before anything is taken: a clock of the user's may throw.
        long now = clock.Coarse;
        if (partition.IsNone)
        {
            return TryTake(own: 0, left: 0, now);
        }

        ref ProbeCell cell = ref CellOf(partition);
        int asked = cell.Ask(now, MostCounted);
        int own = Interlocked.Increment(ref cell.InFlight) - 1;
        if (TryTake(own, Math.Min(asked / 2, MostLeft), now))
        {
            return true;
        }

        Interlocked.Decrement(ref cell.InFlight);
        return false;
    }

    /// <summary>A probe that passed has ended.</summary>
    public void Exit(PartitionKey partition)
    {
        Interlocked.Decrement(ref _inFlight);
        if (!partition.IsNone)
        {
            Interlocked.Decrement(ref CellOf(partition).InFlight);
        }
    }

    /// <param name="own">Places that the source has already.</param>
    /// <param name="left">Tokens that must remain.</param>
    /// <param name="now">The present.</param>
    private bool TryTake(int own, int left, long now)
    {
        // Looked at first, so that those who find no place do not take it from others for the instant of trying.
        if (Volatile.Read(ref _inFlight) + own >= MaxInFlight)
        {
            return false;
        }

        if (Interlocked.Increment(ref _inFlight) + own <= MaxInFlight && _bucket.TryTake(1, left, now, out _))
        {
            return true;
        }

        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    private ref ProbeCell CellOf(PartitionKey partition)
    {
        ulong source = partition.GroupHash != 0 ? partition.GroupHash : partition.Hash;
        return ref _cells[source & (CellCount - 1)];
    }
}
