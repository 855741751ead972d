using System.Numerics;

namespace AdmissionControl.KeyedBuckets;

/// <summary>The ranges of <see cref="KeyedTokenBuckets{TKey}"/>.</summary>
/// <remarks>
/// Debts are stored in 32 bits. One permit is 2^k units, k as large as leaves the burst and what flows in during one coarse tick below 2^28 units,
/// and no larger than makes a unit a microsecond or a sixteenth of a permit, whichever is the shorter. Within these ranges k is at least 4 on every
/// platform, so that time is never rounded by more than a sixteenth of a permit.
/// </remarks>
public static class KeyedTokenBuckets
{
    /// <summary>The smallest rate of a key: one permit a day.</summary>
    public const double MinPermitsPerSecond = 1.0 / 86_400;

    /// <summary>The largest rate of a key: a million permits a second.</summary>
    public const double MaxPermitsPerSecond = 1e6;

    /// <summary>The largest burst of a key.</summary>
    public const int MaxBurst = 1_000_000;

    /// <summary>The smallest memory of a table: 1 KB, 128 keys.</summary>
    public const long MinMemoryBytes = 1L << 10;

    /// <summary>The largest memory of a table: 1 GB, 134,217,728 keys.</summary>
    public const long MaxMemoryBytes = 1L << 30;

    /// <summary>The memory for a table of so many keys: twice what they take, because sets fill unevenly, as a power of two.</summary>
    /// <param name="keys">Keys that are below their burst at the same time, from 1 to 67,108,864. About one in a hundred then meets a full set, and another is forgotten for it.</param>
    /// <returns>Bytes, from <see cref="MinMemoryBytes"/> to <see cref="MaxMemoryBytes"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="keys"/> is out of its range.</exception>
    public static long MemoryFor(int keys)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keys, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keys, MaxMemoryBytes / (2 * sizeof(long)));
        return Math.Max(MinMemoryBytes, (long)BitOperations.RoundUpToPowerOf2(2 * sizeof(long) * (ulong)keys));
    }
}
