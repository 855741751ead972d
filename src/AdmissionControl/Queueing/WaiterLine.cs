using System.Numerics;
using System.Runtime.CompilerServices;
using AdmissionControl.Triage;

namespace AdmissionControl.Queueing;

/// <summary>Those who wait, in the order in which they are served, and in the order in which they expire.</summary>
/// <remarks>
/// Each priority has 64 lines, for eight bands of usage and eight groups of cohorts, and a word that says which of them hold anybody: the best and the worst waiter are found without a search.
/// Not thread-safe: used under the queue's lock.
/// </remarks>
internal sealed class WaiterLine
{
    private readonly WaiterList[] _lists = new WaiterList[TriageLevel.LineCount];
    private readonly ulong[] _occupied = new ulong[PriorityShares.Count];
    private readonly long[] _costs = new long[PriorityShares.Count * TriageLevel.BandCount];
    private readonly int[] _counts = new int[PriorityShares.Count];
    private readonly ExpiryHeap _byExpiry = new();

    public int Count => _byExpiry.Count;

    /// <summary>What all of them ask for.</summary>
    public long Cost { get; private set; }

    /// <summary>
    /// Whether the newest of a line is served first and the oldest makes room first, and lower cohorts before higher ones: right while not all can be served, because those who have waited long will
    /// most likely be gone before they are answered. Else the oldest of a priority and band is served first.
    /// </summary>
    public bool IsNewestFirst { get; set; }

    /// <summary>The priorities that wait, a bit each, the most important one lowest.</summary>
    public uint Priorities { get; private set; }

    /// <summary>The next to be served; null when nobody waits.</summary>
    public Waiter? Best => Priorities == 0 ? null : BestOf(BitOperations.TrailingZeroCount(Priorities));

    /// <summary>The first to have waited long enough.</summary>
    public Waiter? FirstToExpire => _byExpiry.First;

    /// <summary>The next to be served of a priority that waits.</summary>
    public Waiter BestOf(int priority)
    {
        int first = priority * TriageLevel.LinesPerPriority;
        int best = BitOperations.TrailingZeroCount(_occupied[priority]);
        return IsNewestFirst ? _lists[first + best].Last! : OldestOfBand(priority, best / TriageLevel.LinesPerBand);
    }

    /// <summary>The first of a priority that waits to make room.</summary>
    public Waiter WorstOf(int priority)
    {
        ref WaiterList list = ref _lists[(priority * TriageLevel.LinesPerPriority) + BitOperations.Log2(_occupied[priority])];
        return (IsNewestFirst ? list.First : list.Last)!;
    }

    /// <summary>The first to make room for a level; null when all are at least as important. Used while somebody waits.</summary>
    public Waiter? LessImportantThan(TriageLevel level)
    {
        Waiter worst = WorstOf(BitOperations.Log2(Priorities));
        return worst.Level.Line > level.Line ? worst : null;
    }

    /// <summary>How many of a priority wait. Read by anybody, roughly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CountOf(RequestPriority priority) => Volatile.Read(ref _counts[(int)priority]);

    /// <summary>What those ask for who are served before a newcomer of this level for sure: the more important, the lighter of its priority, and, oldest first, those of its band.</summary>
    public long CostAheadOf(TriageLevel level)
    {
        int band = level.Line / TriageLevel.LinesPerBand;
        long cost = 0;
        for (int i = 0; i < (IsNewestFirst ? band : band + 1); i++)
        {
            cost += _costs[i];
        }

        return cost;
    }

    public void Add(Waiter waiter)
    {
        int line = waiter.Level.Line;
        int priority = line / TriageLevel.LinesPerPriority;
        _lists[line].Add(waiter);
        _occupied[priority] |= 1UL << line;
        Priorities |= 1u << priority;
        Book(line, waiter.Request.Cost, 1);
        _byExpiry.Add(waiter);
    }

    public void Remove(Waiter waiter)
    {
        int line = waiter.Level.Line;
        int priority = line / TriageLevel.LinesPerPriority;
        _lists[line].Remove(waiter);
        if (_lists[line].First is null)
        {
            _occupied[priority] &= ~(1UL << line);
            Priorities &= _occupied[priority] == 0 ? ~(1u << priority) : ~0u;
        }

        Book(line, -waiter.Request.Cost, -1);
        _byExpiry.Remove(waiter);
    }

    /// <summary>The oldest of a band, whatever its cohort: while all can be served, nobody should wait longer for having drawn a high one.</summary>
    private Waiter OldestOfBand(int priority, int band)
    {
        int first = (priority * TriageLevel.LinesPerPriority) + (band * TriageLevel.LinesPerBand);
        uint lines = (uint)(_occupied[priority] >> (band * TriageLevel.LinesPerBand)) & ((1u << TriageLevel.LinesPerBand) - 1);
        Waiter? oldest = null;
        for (; lines != 0; lines &= lines - 1)
        {
            Waiter candidate = _lists[first + BitOperations.TrailingZeroCount(lines)].First!;
            oldest = oldest is null || candidate.EnqueuedAt < oldest.EnqueuedAt ? candidate : oldest;
        }

        return oldest!;
    }

    private void Book(int line, int cost, int waiters)
    {
        Cost += cost;
        _costs[line / TriageLevel.LinesPerBand] += cost;
        ref int count = ref _counts[line / TriageLevel.LinesPerPriority];
        Volatile.Write(ref count, count + waiters);
    }
}
