using System.Globalization;
using AdmissionControl.Policies;
using AdmissionControl.Timing;

namespace AdmissionControl.KeyedBuckets;

/// <summary>
/// One token bucket a key, all of one rate and burst, in a fixed amount of memory however many keys there are. Lock-free, no timer, no allocation.
/// </summary>
/// <remarks>
/// A bucket that is full takes no memory; one that is not takes 8 bytes. When more keys than fit are below their burst at the same time, a new key takes the place of
/// the one that is nearest to full in its set of eight. The key that is forgotten starts with a full bucket again: it gains at most
/// its burst, and nobody loses anything (<see cref="LiveEvictions"/> counts these).
/// <para>
/// In any window of time w a key takes no more than burst + rate x (w + one coarse tick) permits, plus one rounding of time (at most a sixteenth of a permit), less
/// those refunded, plus what it owed whenever it was forgotten. The coarse tick is 22 ms on Linux and macOS and 34 ms on Windows with
/// <see cref="TimeProvider.System"/>, and zero with any other provider.
/// </para>
/// <para>
/// Two keys share a bucket when the number of their set and the 32 further bits that are kept of their hashes agree: for a table of 2^n sets with a
/// probability of 2^-(32 + n) for a pair, and below 2^-29 for a key and all others in the table at one moment. Hashes are keyed with a secret, so that
/// keys which collide cannot be made up from outside.
/// </para>
/// <para>Thread-safe. Two first requests of a key that run at the same moment may both pass; what they took is owed afterwards.</para>
/// </remarks>
/// <typeparam name="TKey">The type of the keys: one with a built-in hasher (see <see cref="KeyHasher.Default{TKey}"/>), or any other with one of its own.</typeparam>
public sealed class KeyedTokenBuckets<TKey>
    where TKey : notnull
{
    private readonly BucketTable _table;
    private readonly IKeyHasher<TKey> _hasher;

    /// <summary>Full buckets, with the built-in hasher and the system's clock.</summary>
    /// <param name="permitsPerSecond">
    /// Permits that flow to each key in a second: from <see cref="KeyedTokenBuckets.MinPermitsPerSecond"/> to <see cref="KeyedTokenBuckets.MaxPermitsPerSecond"/>.
    /// </param>
    /// <param name="burst">Permits that a full bucket holds, and so the most that can be taken at once: from 1 to <see cref="KeyedTokenBuckets.MaxBurst"/>.</param>
    /// <param name="memory">
    /// Memory for the table: a number of bytes with an optional <c>KB</c>, <c>MB</c> or <c>GB</c> (powers of 1024), from 1KB to 1GB, cut to a power of two.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="memory"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate, the burst or the memory is out of its range.</exception>
    /// <exception cref="NotSupportedException">There is no built-in one for <typeparamref name="TKey"/>.</exception>
    public KeyedTokenBuckets(
        double permitsPerSecond, int burst, string memory)
        : this(permitsPerSecond, burst, ToBytes(memory))
    {
    }

    /// <summary>Full buckets.</summary>
    /// <param name="permitsPerSecond">
    /// Permits that flow to each key in a second: from <see cref="KeyedTokenBuckets.MinPermitsPerSecond"/> to <see cref="KeyedTokenBuckets.MaxPermitsPerSecond"/>.
    /// </param>
    /// <param name="burst">Permits that a full bucket holds, and so the most that can be taken at once: from 1 to <see cref="KeyedTokenBuckets.MaxBurst"/>.</param>
    /// <param name="memoryBytes">
    /// Memory for the table: from <see cref="KeyedTokenBuckets.MinMemoryBytes"/> to <see cref="KeyedTokenBuckets.MaxMemoryBytes"/>, cut to a power of two. 8 bytes a key
    /// that is below its burst.
    /// </param>
    /// <param name="hasher">The hasher of the keys; the built-in one when null.</param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate, the burst or the memory is out of its range.</exception>
    /// <exception cref="NotSupportedException"><paramref name="hasher"/> is null and there is no built-in one for <typeparamref name="TKey"/>.</exception>
    public KeyedTokenBuckets(
        double permitsPerSecond, int burst, long memoryBytes, IKeyHasher<TKey>? hasher = null, TimeProvider? timeProvider = null)
        : this(permitsPerSecond, burst, memoryBytes, hasher ?? KeyHasher.Default<TKey>(), AdmissionClock.For(timeProvider))
    {
    }

    internal KeyedTokenBuckets(double permitsPerSecond, int burst, long memoryBytes, IKeyHasher<TKey> hasher, AdmissionClock clock)
    {
        if (memoryBytes is < KeyedTokenBuckets.MinMemoryBytes or > KeyedTokenBuckets.MaxMemoryBytes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(memoryBytes),
                string.Create(CultureInfo.InvariantCulture, $"A table cannot have {memoryBytes} bytes: it must have from 1KB to 1GB."));
        }

        _hasher = hasher;
        _table = new BucketTable(permitsPerSecond, burst, memoryBytes, clock);
    }

    /// <summary>Permits that flow to each key in a second.</summary>
    public double PermitsPerSecond => _table.PermitsPerSecond;

    /// <summary>Permits that a full bucket holds.</summary>
    public int Burst => _table.Burst;

    /// <summary>Keys that can be below their burst at the same time, if they spread evenly: one for every 8 bytes.</summary>
    public int Capacity => _table.Capacity;

    /// <summary>Memory that the table takes: 8 bytes for each of <see cref="Capacity"/>, 4 more for each 512, and 64 for alignment.</summary>
    public long MemoryBytes => _table.MemoryBytes;

    /// <summary>How often a key was forgotten before its bucket was full again, since more keys than fit were below their burst.</summary>
    public long LiveEvictions => _table.LiveEvictions;

    /// <summary>Takes one permit of a key if there is one.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether the permit was taken.</returns>
    public bool TryTake(TKey key) => _table.TryTake(_hasher.Hash(key), 1, out _);

    /// <summary>Takes one permit of a key if there is one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="retryAfter">Zero when taken; else the time after which the permit will be there if nobody else takes it, rounded up.</param>
    /// <returns>Whether the permit was taken.</returns>
    public bool TryTake(TKey key, out TimeSpan retryAfter) => _table.TryTake(_hasher.Hash(key), 1, out retryAfter);

    /// <summary>Takes several permits of a key, all or none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="permits">How many, at least 1. More than the burst are never there.</param>
    /// <param name="retryAfter">
    /// Zero when taken; else the time after which the permits will be there if nobody else takes any, rounded up;
    /// <see cref="TimeSpan.MaxValue"/> when they are more than the burst.
    /// </param>
    /// <returns>Whether the permits were taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1.</exception>
    public bool TryTake(TKey key, int permits, out TimeSpan retryAfter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        return _table.TryTake(_hasher.Hash(key), permits, out retryAfter);
    }

    /// <summary>Whether <see cref="TryTake(TKey, int, out TimeSpan)"/> would succeed now. Takes nothing.</summary>
    internal bool Has(TKey key, int permits, out TimeSpan retryAfter) => _table.Has(_hasher.Hash(key), permits, out retryAfter);

    /// <summary>Gives permits back that were taken and not used. A bucket never holds more than its burst.</summary>
    /// <param name="key">The key.</param>
    /// <param name="permits">How many, at least 1, and no more than were taken.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1.</exception>
    public void Refund(TKey key, int permits = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        _table.Refund(_hasher.Hash(key), permits);
    }

    /// <summary>Whole permits that a key could take now. A snapshot: they may be taken by another thread before it is read. Takes nothing.</summary>
    /// <param name="key">The key.</param>
    public int AvailablePermits(TKey key) => _table.AvailablePermits(_hasher.Hash(key));

    /// <summary>
    /// Changes rate and burst of all keys while they are in use. What a key owes to a full bucket stays, up to the new burst. Requests see either the old limits or the
    /// new ones, never a mixture.
    /// </summary>
    /// <remarks>
    /// Copies the table, about a millisecond for each megabyte, and so needs its memory twice until the old one is collected. Requests go on meanwhile;
    /// what a key takes during the copy may be forgiven, at most its burst.
    /// </remarks>
    /// <param name="permitsPerSecond">As in the constructor.</param>
    /// <param name="burst">As in the constructor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the burst is out of its range, or not a number.</exception>
    public void UpdateLimits(double permitsPerSecond, int burst) => _table.UpdateLimits(permitsPerSecond, burst);

    private static long ToBytes(string memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return MemorySize.TryParse(memory, out long bytes) && bytes is >= KeyedTokenBuckets.MinMemoryBytes and <= KeyedTokenBuckets.MaxMemoryBytes
            ? bytes
            : throw new ArgumentOutOfRangeException(
                nameof(memory), $"A table cannot have '{memory}' of memory: it must be from 1KB to 1GB, such as 512KB or 16MB.");
    }
}
