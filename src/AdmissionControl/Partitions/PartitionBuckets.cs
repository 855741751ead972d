using System.Numerics;
using AdmissionControl.Timing;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Partitions;

/// <summary>One token bucket a partition, all of one rate, in a fixed amount of memory: 8 bytes a partition, no timer, no allocation after construction.</summary>
/// <remarks>
/// A full bucket carries no information, since its arrival time lies in the past, so its place can be given to another partition without loss. The table is a
/// set-associative cache of packed words: 16 bits of tag, 48 of arrival time in fractions of a permit (see <see cref="TokenTimeline"/>). Set and tag come from a
/// 64-bit keyed hash.
/// <para>
/// Errors, all in favour of the caller unless said: when a set is full of live entries, the one nearest to full is forgotten, which gives that partition at most its burst
/// anew. Two partitions in a set share a bucket, against them, when their tags agree: with probability 2^-16 for each pair. A coarse clock admits one tick's worth more. An entry
/// counts only while its time lies within one burst of now, so a partition that was idle over a wrap of the stored time (2^20 times the time of a full
/// refill) is mistaken for a live one with a probability of 2^-20.
/// </para>
/// <para>Every change is one compare-and-swap of one word; it fails only when another request changed the set. Lock-free, thread-safe.</para>
/// </remarks>
internal sealed class PartitionBuckets
{
    private const int Ways = 8;
    private const int TimeBits = 48;
    private const int BurstBits = 28;
    private const long TimeMask = (1L << TimeBits) - 1;

    private readonly long[] _entries;
    private readonly ulong _setMask;
    private readonly TokenTimeline _line;
    private readonly long _burst;
    private readonly long _farthest;
    private readonly AdmissionClock _clock;

    public PartitionBuckets(double permitsPerSecond, int burst, long memoryBytes, AdmissionClock clock)
    {
        int sets = (int)Math.Max(1, 1L << BitOperations.Log2((ulong)memoryBytes / (Ways * sizeof(long))));
        _entries = new long[sets * Ways];
        _setMask = (ulong)(sets - 1);
        _clock = clock;
        _line = new TokenTimeline(permitsPerSecond, burst, distanceBits: BurstBits);
        _burst = _line.BurstUnits;

        // A reading may lie one coarse tick before the one that set the entry.
        _farthest = _burst + _line.ToUnitsOfTime(clock.CoarseTick) + 1;
    }

    /// <summary>Partitions that fit at the same time.</summary>
    public int Capacity => _entries.Length;

    /// <summary>Takes permits from the partition's bucket. A request without a partition always passes.</summary>
    public bool TryTake(PartitionKey key, int permits, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        if (key.IsNone)
        {
            return true;
        }

        long now = _line.ToUnitsOfTime(_clock.Coarse);
        while (true)
        {
            ref long entry = ref Find(key, now, out long seen, out long ahead, out _);
            if (!Fits(ahead, permits, out retryAfter))
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref entry, Pack(key, now + ahead + _line.ToUnits(permits)), seen) == seen)
            {
                return true;
            }
        }
    }

    /// <summary>Whether <see cref="TryTake"/> would succeed now. Takes nothing.</summary>
    public bool Has(PartitionKey key, int permits, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        if (key.IsNone)
        {
            return true;
        }

        Find(key, _line.ToUnitsOfTime(_clock.Coarse), out _, out long ahead, out _);
        return Fits(ahead, permits, out retryAfter);
    }

    /// <summary>Gives permits back that were taken and not used, unless the partition was forgotten meanwhile.</summary>
    public void Refund(PartitionKey key, int permits)
    {
        if (key.IsNone)
        {
            return;
        }

        long now = _line.ToUnitsOfTime(_clock.Coarse);
        while (true)
        {
            ref long entry = ref Find(key, now, out long seen, out long ahead, out bool isKnown);
            if (!isKnown || Interlocked.CompareExchange(ref entry, Pack(key, now + Math.Max(0, ahead - _line.ToUnits(permits))), seen) == seen)
            {
                return;
            }
        }
    }

    private bool Fits(long ahead, int permits, out TimeSpan retryAfter)
    {
        if (permits > _line.Burst)
        {
            retryAfter = TimeSpan.MaxValue;
            return false;
        }

        long lacking = ahead + _line.ToUnits(permits) - _burst;
        retryAfter = lacking <= 0 ? TimeSpan.Zero : _line.ToRetryAfter(lacking, _clock.CoarseTick);
        return lacking <= 0;
    }

    /// <summary>The partition's entry, or the one that it may take over.</summary>
    private ref long Find(PartitionKey key, long now, out long seen, out long ahead, out bool isKnown)
    {
        int first = (int)(key.Hash & _setMask) * Ways;
        long tag = Tag(key);
        int least = first;
        long leastAhead = long.MaxValue;
        long leastSeen = 0;
        for (int i = first; i < first + Ways; i++)
        {
            long entry = Volatile.Read(ref _entries[i]);
            long entryAhead = (entry - now) & TimeMask;
            if (entry == 0 || entryAhead > _farthest)
            {
                // Empty, or in the past: a full bucket.
                entryAhead = 0;
            }

            if (entry != 0 && (long)((ulong)entry >> TimeBits) == tag)
            {
                (seen, ahead, isKnown) = (entry, entryAhead, true);
                return ref _entries[i];
            }

            if (entryAhead < leastAhead)
            {
                (least, leastAhead, leastSeen) = (i, entryAhead, entry);
            }
        }

        (seen, ahead, isKnown) = (leastSeen, 0, false);
        return ref _entries[least];
    }

    // The top bits choose the tag, the low ones the set. Tag 0 is kept for an empty word.
    private static long Tag(PartitionKey key) => Math.Max(1, (long)(key.Hash >> TimeBits));

    private static long Pack(PartitionKey key, long time) => (Tag(key) << TimeBits) | (time & TimeMask);
}
