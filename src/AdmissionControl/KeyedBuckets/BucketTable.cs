using System.Numerics;
using System.Runtime.CompilerServices;
using AdmissionControl.Timing;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.KeyedBuckets;

/// <summary>One token bucket a key, all of one rate, in a fixed amount of memory. Keys are 64-bit keyed hashes. No timer, no allocation on the way of a request.</summary>
/// <remarks>
/// The generic cell rate algorithm over <see cref="BucketSets"/>: the permits that a key has taken and that have not flowed in again are its debt, and a debt is at
/// most the burst. Invariant: in any window of time w a key takes no more than burst + rate x (w + one coarse tick) permits and one unit of time, less those
/// refunded, plus what <see cref="BucketSets"/> says about keys that are forgotten in a full set.
/// <para>
/// The clock is read coarsely; only a refusal that one more coarse tick could turn into an admission asks the precise clock, as in <see cref="TokenBucket"/>.
/// Rate, burst and table are one object, which an update replaces; a request works on the one that it found.
/// Requests are lock-free; updates exclude each other. Thread-safe.
/// </para>
/// </remarks>
internal sealed class BucketTable
{
    private readonly AdmissionClock _clock;
    private readonly long _coarseTick;
    private readonly StrongBox<long> _liveEvictions = new();
    private readonly Lock _updating = new();
    private State _state;

    /// <summary>A table in which every key's bucket is full.</summary>
    /// <param name="permitsPerSecond">Permits that flow to each key in a second.</param>
    /// <param name="burst">Permits that a key's full bucket holds.</param>
    /// <param name="memoryBytes">Memory for the entries, cut to a power of two; at least one set of 64 bytes.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the burst is out of the range of <see cref="KeyedTokenBuckets"/>.</exception>
    public BucketTable(double permitsPerSecond, int burst, long memoryBytes, AdmissionClock clock)
    {
        _clock = clock;
        _coarseTick = clock.CoarseTick;
        TokenTimeline line = KeyedTimeline.Create(permitsPerSecond, burst, _coarseTick);
        int sets = 1 << BitOperations.Log2(Math.Max(1, (ulong)memoryBytes / (BucketSets.Ways * sizeof(long))));
        _state = new State(line, new BucketSets(sets, line.ToUnitsOfTime(clock.Precise), _liveEvictions), _coarseTick);
    }

    public double PermitsPerSecond => Current.Line.PermitsPerSecond;

    public int Burst => Current.Burst;

    /// <summary>Keys that can owe something at the same time.</summary>
    public int Capacity => Current.Sets.Capacity;

    public long MemoryBytes => Current.Sets.MemoryBytes;

    /// <summary>Keys that were forgotten before their bucket was full again.</summary>
    public long LiveEvictions => Interlocked.Read(ref _liveEvictions.Value);

    internal TokenTimeline Line => Current.Line;

    private State Current => Volatile.Read(ref _state);

    /// <summary>Takes permits from a key's bucket, all or none.</summary>
    public bool TryTake(ulong hash, int permits, out TimeSpan retryAfter)
    {
        State state = Current;
        if (permits > state.Burst)
        {
            retryAfter = TimeSpan.MaxValue;
            return false;
        }

        long units = state.Line.ToUnits(permits);
        long reading = _clock.Coarse;
        bool isPrecise = _coarseTick == 0;
        while (true)
        {
            BucketAnswer answer = state.Sets.Add(hash, state.Line.ToUnitsOfTime(reading), units, state.BurstUnits, out long owed);
            if (answer == BucketAnswer.Done)
            {
                retryAfter = TimeSpan.Zero;
                return true;
            }

            if (answer == BucketAnswer.TooMuch && state.IsRefused(owed + units - state.BurstUnits, isPrecise, out retryAfter))
            {
                return false;
            }

            reading = _clock.Precise;
            isPrecise = true;
        }
    }

    /// <summary>Whether <see cref="TryTake"/> would succeed now. Takes nothing.</summary>
    public bool Has(ulong hash, int permits, out TimeSpan retryAfter)
    {
        State state = Current;
        if (permits > state.Burst)
        {
            retryAfter = TimeSpan.MaxValue;
            return false;
        }

        long reading = _clock.Coarse;
        bool isPrecise = _coarseTick == 0;
        while (true)
        {
            if (state.Sets.Look(hash, state.Line.ToUnitsOfTime(reading), out long owed) == BucketAnswer.Done)
            {
                long lacking = owed + state.Line.ToUnits(permits) - state.BurstUnits;
                if (lacking <= 0)
                {
                    retryAfter = TimeSpan.Zero;
                    return true;
                }

                if (state.IsRefused(lacking, isPrecise, out retryAfter))
                {
                    return false;
                }
            }

            reading = _clock.Precise;
            isPrecise = true;
        }
    }

    /// <summary>Whole permits that a key could take now.</summary>
    public int AvailablePermits(ulong hash)
    {
        State state = Current;
        long owed;
        while (state.Sets.Look(hash, state.Line.ToUnitsOfTime(_clock.Precise), out owed) != BucketAnswer.Done)
        {
        }

        return Math.Max(0, state.Line.ToPermits(state.BurstUnits - owed));
    }

    /// <summary>Gives permits back that were taken and not used, unless the key was forgotten meanwhile.</summary>
    public void Refund(ulong hash, int permits)
    {
        State state = Current;
        long units = state.Line.ToUnits(Math.Min(permits, state.Burst));
        long reading = _clock.Coarse;
        while (state.Sets.Subtract(hash, state.Line.ToUnitsOfTime(reading), units) != BucketAnswer.Done)
        {
            reading = _clock.Precise;
        }
    }

    /// <summary>
    /// Changes rate and burst while the table is in use. What a key owes stays, up to the new burst. A key that takes while the table is copied may be forgiven
    /// what it takes meanwhile, at most its burst.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the burst is out of the range of <see cref="KeyedTokenBuckets"/>.</exception>
    public void UpdateLimits(double permitsPerSecond, int burst)
    {
        TokenTimeline line = KeyedTimeline.Create(permitsPerSecond, burst, _coarseTick);
        lock (_updating)
        {
            State old = Current;
            long reading = _clock.Precise;
            long now = line.ToUnitsOfTime(reading);
            var sets = new BucketSets(old.Sets.Capacity / BucketSets.Ways, now, _liveEvictions);
            int shift = line.PermitBits - old.Line.PermitBits;
            old.Sets.CopyTo(
                old.Line.ToUnitsOfTime(reading), sets, now, owed => Math.Min(line.BurstUnits, shift >= 0 ? owed << shift : owed >> -shift));
            Volatile.Write(ref _state, new State(line, sets, _coarseTick));
        }
    }

    private sealed class State(TokenTimeline line, BucketSets sets, long coarseTick)
    {
        public TokenTimeline Line { get; } = line;

        public BucketSets Sets { get; } = sets;

        public int Burst { get; } = line.Burst;

        public long BurstUnits { get; } = line.BurstUnits;

        /// <summary>Whether these units cannot be there, by this kind of reading; then also when they will.</summary>
        public bool IsRefused(long lacking, bool isPrecise, out TimeSpan retryAfter)
        {
            bool isRefused = isPrecise || lacking > Line.CoarseTickUnits;
            retryAfter = !isRefused ? TimeSpan.Zero : coarseTick == 0 ? Line.ToRetryAfter(lacking)
                : isPrecise ? Line.ToPreciseRetryAfter(lacking)
                : Line.ToCoarseRetryAfter(lacking);
            return isRefused;
        }
    }
}
