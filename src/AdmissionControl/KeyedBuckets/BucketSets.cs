using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AdmissionControl.KeyedBuckets;

/// <summary>What keys owe, in a fixed amount of memory: a set-associative table of words, eight to a set, one cache line a set.</summary>
/// <remarks>
/// A word is 32 bits of tag and the low 32 bits of the time at which all is paid for. A key owes the distance of that time from now; one that owes nothing
/// needs no entry, and its place can be given to another key without loss. The low bits of the key's hash choose the set, the high 32
/// are its tag; tag 0 means an empty place. This type knows neither clocks nor rates: time and debts are in units that the caller chooses.
/// <para>
/// <b>Wraps.</b> Sets are kept clean by region, and every region has the number of the epoch (2^29 units) for which it is clean. Invariant:
/// while that number is s, every entry's time lies after the beginning of epoch s - 1. It holds because a reading of epoch e is used only while s is e or e + 1,
/// because the first request that finds s below its own e removes what is past before it moves s to e, and because a request that began a debt checks s
/// once more after its write, and takes the write back if s has passed e + 1. So at any use an entry's time lies less than 2^31 units before
/// now and less than 2^31 after it, and the sign of a 32-bit difference tells which. When s is three or more epochs old, nothing in the
/// region can still be owed, and it is emptied. A key is thus never held against a time of its own that has wrapped, however long it, or
/// everybody, was away. The cost falls on one request a region and epoch: it looks at the region's 512 words.
/// </para>
/// <para>
/// <b>Two entries for one key.</b> Two first requests of a key may choose two places. Each looks at the set again after its write, so at least one of the
/// two sees the other; it takes its write back and starts again, at most three times. If that fails because somebody has already used the entry, both
/// stay, and the next request that sees both moves the debt of one to the other: nothing that was taken is forgotten, and what was allowed
/// too much in between, by requests that ran at the same moment, is owed afterwards.
/// </para>
/// <para>
/// <b>A full set.</b> A new key takes the place of the one that owes least. That one owes nothing afterwards: an advantage of what it owed, at most its
/// burst, and nobody's disadvantage.
/// </para>
/// <para>
/// Every change is one compare-and-swap of one word. It fails only when another request changed that word, so the type is lock-free. Reads of words and epochs are
/// acquiring, compare-and-swaps full fences; the vector read of a set only says where to look.
/// </para>
/// </remarks>
internal sealed class BucketSets
{
    public const int Ways = 8;

    /// <summary>The most that a key may owe, in units. Callers allow at most half of it; the rest is room for two debts that become one.</summary>
    public const int MostOwed = 1 << EpochBits;

    internal const int EpochBits = 29;

    private const int TagBits = 32;
    private const int SetsPerRegionBits = 6;
    private const int CacheLine = 64;
    private const int MostUndone = 3;
    private const int EpochsUntilAllIsPast = 3;

    // Pinned, so that the first set stays at the beginning of a cache line.
    private readonly long[] _words;
    private readonly int _first;
    private readonly int[] _epochs;
    private readonly uint _lastSet;
    private readonly StrongBox<long> _liveEvictions;

    /// <param name="sets">A power of two.</param>
    /// <param name="now">The present, in units.</param>
    /// <param name="liveEvictions">Counts keys that were forgotten while they owed something.</param>
    public BucketSets(int sets, long now, StrongBox<long> liveEvictions)
    {
        _words = GC.AllocateArray<long>((sets * Ways) + (CacheLine / sizeof(long)), pinned: true);
        _first = (int)(-Address(_words) & (CacheLine - 1)) / sizeof(long);
        _epochs = new int[((sets - 1) >> SetsPerRegionBits) + 1];
        _epochs.AsSpan().Fill(Epoch(now));
        _lastSet = (uint)(sets - 1);
        _liveEvictions = liveEvictions;
    }

    public int Capacity => ((int)_lastSet + 1) * Ways;

    public long MemoryBytes => ((long)_words.Length * sizeof(long)) + ((long)_epochs.Length * sizeof(int));

    /// <summary>Adds to what a key owes, if that is then not above a limit.</summary>
    /// <param name="hash">The key's hash.</param>
    /// <param name="now">The present, in units.</param>
    /// <param name="units">What to add.</param>
    /// <param name="most">The limit.</param>
    /// <param name="owed">What the key owed before.</param>
    public BucketAnswer Add(ulong hash, long now, long units, long most, out long owed)
    {
        for (int undone = 0; ; undone++)
        {
            if (!IsComparable(hash, now))
            {
                owed = 0;
                return BucketAnswer.StaleReading;
            }

            ref long word = ref Find(hash, now, out long seen, out bool isKnown);
            owed = isKnown ? Owed(seen, now) : 0;
            if (owed + units > most)
            {
                return BucketAnswer.TooMuch;
            }

            long written = Pack(hash, now + owed + units);
            if (Interlocked.CompareExchange(ref word, written, seen) != seen)
            {
                undone--;
                continue;
            }

            // A debt that only grew is right whatever happened meanwhile.
            if (owed > 0 || Stands(hash, now, isKnown, ref word, written, undone))
            {
                if (!isKnown && Owed(seen, now) > 0)
                {
                    Interlocked.Increment(ref _liveEvictions.Value);
                }

                return BucketAnswer.Done;
            }
        }
    }

    /// <summary>Takes from what a key owes.</summary>
    public BucketAnswer Subtract(ulong hash, long now, long units)
    {
        while (IsComparable(hash, now))
        {
            ref long word = ref Find(hash, now, out long seen, out bool isKnown);
            long owed = Owed(seen, now);
            if (!isKnown || owed == 0
                || Interlocked.CompareExchange(ref word, owed > units ? Pack(hash, now + owed - units) : 0, seen) == seen)
            {
                return BucketAnswer.Done;
            }
        }

        return BucketAnswer.StaleReading;
    }

    /// <summary>What a key owes.</summary>
    public BucketAnswer Look(ulong hash, long now, out long owed)
    {
        owed = 0;
        if (!IsComparable(hash, now))
        {
            return BucketAnswer.StaleReading;
        }

        Find(hash, now, out long seen, out bool isKnown);
        owed = isKnown ? Owed(seen, now) : 0;
        return BucketAnswer.Done;
    }

    /// <summary>Copies what is owed into a table of the same size that counts in other units and that nobody else uses yet.</summary>
    /// <param name="now">The present, in this table's units.</param>
    /// <param name="other">The other table, empty.</param>
    /// <param name="otherNow">The present, in the other's units.</param>
    /// <param name="convert">This table's units of debt in the other's.</param>
    public void CopyTo(long now, BucketSets other, long otherNow, Func<long, long> convert)
    {
        for (int set = 0; set <= _lastSet; set++)
        {
            if (!IsComparable((ulong)set, now))
            {
                continue;
            }

            for (int way = 0; way < Ways; way++)
            {
                long seen = Volatile.Read(ref Unsafe.Add(ref Set((ulong)set), way));
                if (Owed(seen, now) is > 0 and long owed)
                {
                    Unsafe.Add(ref other.Set((ulong)set), way) = (long)((ulong)seen >> TagBits << TagBits) | (uint)(otherNow + convert(owed));
                }
            }
        }
    }

    private static int Epoch(long now) => (int)(now >> EpochBits);

    private static unsafe long Address(long[] pinned) => (long)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));

    private static uint Tag(ulong hash) => Math.Max(1, (uint)(hash >> TagBits));

    private static uint TagOf(long word) => (uint)(word >> TagBits);

    private static long Pack(ulong hash, long time) => ((long)Tag(hash) << TagBits) | (uint)time;

    /// <summary>How far a word's time lies after now; 0 when it does not, or when the place is empty.</summary>
    private static long Owed(long word, long now) => word == 0 ? 0 : Math.Max(0, (int)((uint)word - (uint)now));

    private ref long Set(ulong hash) => ref _words[_first + ((int)((uint)hash & _lastSet) * Ways)];

    private ref int EpochOf(ulong hash) => ref _epochs[((uint)hash & _lastSet) >> SetsPerRegionBits];

    /// <summary>Whether the entries of the key's region can be compared with this reading. Cleans the region when that is due.</summary>
    private bool IsComparable(ulong hash, long now)
    {
        int ahead = Epoch(now) - Volatile.Read(ref EpochOf(hash));
        return ahead == 0 || (ahead > 0 ? Clean(hash, now) : ahead == -1);
    }

    /// <summary>Removes what is past from the key's region.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Clean(ulong hash, long now)
    {
        ref int epoch = ref EpochOf(hash);
        int old = Volatile.Read(ref epoch);
        if (old >= Epoch(now))
        {
            return old - Epoch(now) <= 1;
        }

        bool isAllPast = Epoch(now) - old >= EpochsUntilAllIsPast;
        int regionSets = Math.Min(1 << SetsPerRegionBits, (int)_lastSet + 1);
        ref long words = ref Set(hash & ~(ulong)(regionSets - 1));
        for (int i = 0; i < regionSets * Ways; i++)
        {
            ref long word = ref Unsafe.Add(ref words, i);
            long seen = Volatile.Read(ref word);
            if (seen == 0 || (!isAllPast && Owed(seen, now) > 0))
            {
                continue;
            }

            // After the word: one that was read while the epoch was old is not one that was written in the new.
            if (Volatile.Read(ref epoch) != old)
            {
                break;
            }

            Interlocked.CompareExchange(ref word, 0, seen);
        }

        Interlocked.CompareExchange(ref epoch, Epoch(now), old);
        return Volatile.Read(ref epoch) - Epoch(now) is 0 or 1;
    }

    /// <summary>The key's entry, or the place that it may take.</summary>
    private ref long Find(ulong hash, long now, out long seen, out bool isKnown)
    {
        ref long set = ref Set(hash);
        uint tag = Tag(hash);
        uint matches = Matches(ref set, tag);
        if (BitOperations.IsPow2(matches))
        {
            ref long word = ref Unsafe.Add(ref set, BitOperations.TrailingZeroCount(matches));
            seen = Volatile.Read(ref word);
            if (TagOf(seen) == tag)
            {
                isKnown = true;
                return ref word;
            }
        }

        return ref Search(hash, now, out seen, out isKnown);
    }

    /// <summary>The ways whose tag is this one: a hint, since nothing says that a vector is read in one piece.</summary>
    private static uint Matches(ref long set, uint tag)
    {
        uint matches = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<long> tags = Vector512.ShiftRightLogical(Vector512.LoadUnsafe(ref set), TagBits);
            return (uint)Vector512.Equals(tags, Vector512.Create((long)tag)).ExtractMostSignificantBits();
        }

        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<long> wanted = Vector256.Create((long)tag);
            Vector256<long> low = Vector256.ShiftRightLogical(Vector256.LoadUnsafe(ref set), TagBits);
            Vector256<long> high = Vector256.ShiftRightLogical(Vector256.LoadUnsafe(ref set, Ways / 2), TagBits);
            return Vector256.Equals(low, wanted).ExtractMostSignificantBits()
                | (Vector256.Equals(high, wanted).ExtractMostSignificantBits() << (Ways / 2));
        }

        for (int way = 0; way < Ways; way++)
        {
            matches |= (TagOf(Volatile.Read(ref Unsafe.Add(ref set, way))) == tag ? 1u : 0) << way;
        }

        return matches;
    }

    /// <summary>The same as <see cref="Find"/> word by word; makes one entry of two.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref long Search(ulong hash, long now, out long seen, out bool isKnown)
    {
        ref long set = ref Set(hash);
        uint tag = Tag(hash);
        int found = 0;
        long leastOwed = long.MaxValue;
        isKnown = false;
        seen = 0;
        for (int way = 0; way < Ways; way++)
        {
            long word = Volatile.Read(ref Unsafe.Add(ref set, way));
            long owed = Owed(word, now);
            if (TagOf(word) == tag)
            {
                if (isKnown)
                {
                    Unite(hash, now, ref Unsafe.Add(ref set, way), word);
                    return ref Search(hash, now, out seen, out isKnown);
                }

                (isKnown, found, seen) = (true, way, word);
            }
            else if (!isKnown && owed < leastOwed)
            {
                (leastOwed, found, seen) = (owed, way, word);
            }
        }

        return ref Unsafe.Add(ref set, found);
    }

    /// <summary>Moves the debt of a key's second entry to its first.</summary>
    private void Unite(ulong hash, long now, ref long second, long seen)
    {
        if (Interlocked.CompareExchange(ref second, 0, seen) == seen)
        {
            Add(hash, now, Owed(seen, now), MostOwed, out _);
        }
    }

    /// <summary>Whether a debt that was just begun may stand; else it was taken back.</summary>
    private bool Stands(ulong hash, long now, bool isKnown, ref long word, long written, int undone)
    {
        bool isLate = Volatile.Read(ref EpochOf(hash)) - Epoch(now) > 1;
        bool isDouble = !isKnown && undone < MostUndone && !BitOperations.IsPow2(Scan(hash));
        return !(isLate || isDouble) || Interlocked.CompareExchange(ref word, 0, written) != written;
    }

    private uint Scan(ulong hash)
    {
        uint matches = 0;
        for (int way = 0; way < Ways; way++)
        {
            matches |= (TagOf(Volatile.Read(ref Unsafe.Add(ref Set(hash), way))) == Tag(hash) ? 1u : 0) << way;
        }

        return matches;
    }
}
