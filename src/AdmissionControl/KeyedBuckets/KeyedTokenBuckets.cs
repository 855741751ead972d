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
}
