using System.Numerics;
using System.Runtime.CompilerServices;
using AdmissionControl.Timing;

namespace AdmissionControl.TokenBuckets;

/// <summary>
/// One bucket for all processors of a machine that take from it all the time: a small part of its burst lies in stripes, one a processor, so
/// that nearly every take writes a cache line that no other processor writes, and reads no clock. Lock-free, no timer, no allocation.
/// </summary>
/// <remarks>
/// The burst is divided. A <see cref="TokenBucket"/> that all share holds burst - <see cref="MaxPrepaidPermits"/> and is refilled by time;
/// each stripe holds at most one batch and is refilled from the shared bucket when it lacks what is asked for. A stripe is filled only while
/// the shared bucket keeps at least <see cref="MaxPrepaidPermits"/> more, so that a bucket that is nearly empty is an exact one.
/// <para>
/// Invariant: permits in the shared bucket, in stripes and in the hand of calls that move them are together never more than the burst. It
/// holds because the shared bucket keeps to its part, and each stripe, with whoever has claimed it, to its batch; a permit that lies in a
/// stripe for an hour has its place there, and counts against the burst for that hour. A take makes the sum smaller, moving permits never
/// makes it larger, and only time and refunds add to it.
/// </para>
/// <para>
/// Excess: none. In any window of time w at most burst + rate x (w + one coarse tick) is taken, less refunds. Short: after a pause of any
/// length at least burst - <see cref="MaxPrepaidPermits"/> are there; a take of more than that is refused for ever. Stranded: none. Before a
/// take is refused it looks into every stripe; if none has enough, it takes what lies in several together and only the rest from the shared
/// bucket, and a refusal puts everything back where it was, so that nothing is lost. It misses only what another call has in its hand at that
/// moment.
/// </para>
/// <para>
/// No reserve for priorities and no hold-back: prepaid permits would pass by both. Use a <see cref="TokenBucket"/> for them.
/// </para>
/// <para>
/// A compare-and-swap on a stripe fails only when another call has changed it (lock-free). A claimed stripe is passed over and never waited
/// for. Every read-modify-write is a full fence. Only <see cref="UpdateLimits"/> takes a lock, against others of its kind. Thread-safe.
/// </para>
/// </remarks>
public sealed class StripedTokenBucket
{
    /// <summary>The most stripes that can be asked for.</summary>
    public const int MaxStripes = 1024;

    /// <summary>The largest batch that can be asked for.</summary>
    public const int MaxBatch = 65_536;

    /// <summary>The batch where none is given and the burst leaves room for it.</summary>
    public const int DefaultBatch = 64;

    /// <summary>At most this part of the burst lies in stripes.</summary>
    private const int PrepaidPart = 8;

    private readonly TokenBucket _shared;
    private readonly PermitStripe[] _stripes;
    private readonly int _largestBatch;
    private readonly Func<int>? _chooseStripe;
    private readonly Lock _changes = new();

    // Permits that a stripe holds when full; 0 when the burst is too small for stripes.
    private int _batch;
    private int _burst;
    private StripeFills _fills;

    /// <summary>A full bucket.</summary>
    /// <param name="permitsPerSecond">Permits that flow in each second: as in <see cref="TokenBucket(double, int, TimeProvider?)"/>.</param>
    /// <param name="burst">Permits that the bucket holds when full, at least 1.</param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <param name="stripes">
    /// From 1 to <see cref="MaxStripes"/>, rounded up to a power of two, 256 bytes each; as many as the process may use processors when null.
    /// A container that is moved over more processors than it may use at a time does better with more.
    /// </param>
    /// <param name="batch">
    /// The most permits that a stripe holds, from 1 (no stripes) to <see cref="MaxBatch"/>. It is cut to burst / (8 x stripes), and where that
    /// is less than 2 there are no stripes: the bucket is then an exact one that costs a little more than a <see cref="TokenBucket"/>. Worked:
    /// with 8 processors a burst of 4,096 gives batches of 64, so that 512 permits of the burst lie in stripes; a burst of 127 gives none.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range, or not a number.</exception>
    public StripedTokenBucket(double permitsPerSecond, int burst, TimeProvider? timeProvider = null, int? stripes = null, int batch = DefaultBatch)
        : this(permitsPerSecond, burst, AdmissionClock.For(timeProvider), stripes, batch, chooseStripe: null)
    {
    }

    /// <summary>The same on any clock, for any choice of stripes.</summary>
    /// <param name="permitsPerSecond">As above.</param>
    /// <param name="burst">As above.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="stripes">As above.</param>
    /// <param name="batch">As above.</param>
    /// <param name="chooseStripe">Gives the number of the caller's stripe, cut to those that there are; the processor's when null.</param>
    internal StripedTokenBucket(double permitsPerSecond, int burst, AdmissionClock clock, int? stripes, int batch, Func<int>? chooseStripe)
    {
        int count = stripes ?? Math.Min(Environment.ProcessorCount, MaxStripes);
        BucketLimits.ThrowIfOutOfRange(permitsPerSecond, burst);
        ThrowIfOutOfRange(count, MaxStripes, "stripes", nameof(stripes));
        ThrowIfOutOfRange(batch, MaxBatch, "permits in a batch", nameof(batch));
        _stripes = new PermitStripe[BitOperations.RoundUpToPowerOf2((uint)count)];
        _largestBatch = batch;
        _chooseStripe = chooseStripe;
        _burst = burst;
        _batch = BatchFor(burst);
        _shared = new TokenBucket(permitsPerSecond, burst - MaxPrepaidPermits, clock);
        foreach (ref PermitStripe stripe in _stripes.AsSpan())
        {
            stripe.Release(_batch);
        }
    }

    /// <summary>Permits that flow in each second.</summary>
    public double PermitsPerSecond => _shared.PermitsPerSecond;

    /// <summary>Permits that the bucket holds when all of it is full, stripes included.</summary>
    public int Burst => Volatile.Read(ref _burst);

    /// <summary>
    /// The part of the burst that lies in stripes when they are full: stripes x batch, at most an eighth of the burst. 0 when the burst is too
    /// small for stripes. A take of more than the burst less this part is refused for ever.
    /// </summary>
    public int MaxPrepaidPermits => _stripes.Length * Volatile.Read(ref _batch);

    /// <summary>Whole permits that could be taken now, those in stripes included. A snapshot, and not of one moment.</summary>
    public int AvailablePermits => Math.Min(_shared.AvailablePermits + PrepaidPermits, Burst);

    /// <summary>Permits in stripes now. A snapshot, and not of one moment.</summary>
    internal int PrepaidPermits
    {
        get
        {
            int prepaid = 0;
            foreach (ref PermitStripe stripe in _stripes.AsSpan())
            {
                prepaid += stripe.Held;
            }

            return prepaid;
        }
    }

    /// <summary>Takes one permit if there is one.</summary>
    /// <returns>Whether the permit was taken.</returns>
    public bool TryTake()
    {
        int mine = ChooseStripe();
        return Stripe(mine).TryTake(1) || TryTakeShared(1, mine, out _);
    }

    /// <summary>Takes one permit if there is one.</summary>
    /// <param name="retryAfter">Zero when taken; else the time after which the permit will be there if nobody else takes it, rounded up.</param>
    /// <returns>Whether the permit was taken.</returns>
    public bool TryTake(out TimeSpan retryAfter)
    {
        int mine = ChooseStripe();
        retryAfter = TimeSpan.Zero;
        return Stripe(mine).TryTake(1) || TryTakeShared(1, mine, out retryAfter);
    }

    /// <summary>Takes several permits, all or none. More than a batch come from the shared bucket.</summary>
    /// <param name="permits">How many, at least 1. More than the burst less <see cref="MaxPrepaidPermits"/> are never there.</param>
    /// <param name="retryAfter">
    /// Zero when taken; else the time after which the permits will be there if nobody else takes any, rounded up;
    /// <see cref="TimeSpan.MaxValue"/> when they are more than the burst less <see cref="MaxPrepaidPermits"/>.
    /// </param>
    /// <returns>Whether the permits were taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1.</exception>
    public bool TryTake(int permits, out TimeSpan retryAfter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        int mine = ChooseStripe();
        retryAfter = TimeSpan.Zero;
        return Stripe(mine).TryTake(permits) || TryTakeShared(permits, mine, out retryAfter);
    }

    /// <summary>
    /// Gives permits back that were taken and not used. They go to the shared bucket, which never holds more than its part: while that is full
    /// they are lost, also when a stripe would have room for them.
    /// </summary>
    /// <param name="permits">How many, at least 1, and no more than were taken.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1.</exception>
    public void Refund(int permits) => _shared.Refund(permits);

    /// <summary>
    /// Changes rate and burst while the bucket is in use. Permits in the bucket are kept, up to the new burst; the batch follows the burst.
    /// Takers go on meanwhile; until it and the takes that were under way have returned, what lies in stripes may come on top of the burst. A
    /// stripe that another take has in its hand is not filled, so a full bucket may lack a batch for each of those afterwards.
    /// </summary>
    /// <param name="permitsPerSecond">As in the constructor.</param>
    /// <param name="burst">As in the constructor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the burst is out of its range, or not a number.</exception>
    public void UpdateLimits(double permitsPerSecond, int burst)
    {
        lock (_changes)
        {
            // First everything into one bucket that has room for it, then divided anew.
            _shared.UpdateLimits(permitsPerSecond, burst);
            Interlocked.Exchange(ref _batch, 0);
            foreach (ref PermitStripe stripe in _stripes.AsSpan())
            {
                Trim(ref stripe, batch: 0);
            }

            Volatile.Write(ref _burst, burst);
            int batch = BatchFor(burst);
            if (batch > 0)
            {
                Interlocked.Exchange(ref _batch, batch);
                foreach (ref PermitStripe stripe in _stripes.AsSpan())
                {
                    Fill(ref stripe, batch, reserve: 0);
                }

                _shared.UpdateLimits(permitsPerSecond, burst - MaxPrepaidPermits);
            }
        }
    }

    private static void ThrowIfOutOfRange(int value, int most, string what, string parameter)
    {
        if (value < 1 || value > most)
        {
            throw new ArgumentOutOfRangeException(parameter, $"A striped bucket cannot have {value} {what}: it must be from 1 to {most}.");
        }
    }

    private int BatchFor(int burst)
    {
        int batch = Math.Min(_largestBatch, burst / (PrepaidPart * _stripes.Length));
        return batch > 1 ? batch : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ChooseStripe() => _chooseStripe is null ? Thread.GetCurrentProcessorId() : _chooseStripe();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref PermitStripe Stripe(int number) => ref _stripes[number & (_stripes.Length - 1)];

    /// <summary>The stripe does not have them: takes from the shared bucket, and a batch for the stripe as well.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeShared(int permits, int mine, out TimeSpan retryAfter)
    {
        if (!_shared.TryTake(permits, out retryAfter))
        {
            return permits <= _shared.Burst && TryGather(permits, mine, ref retryAfter);
        }

        int batch = Volatile.Read(ref _batch);
        if (permits <= batch)
        {
            Fill(ref Stripe(mine), batch, reserve: _stripes.Length * batch);
        }

        return true;
    }

    /// <summary>Everything that lies elsewhere, before a refusal. What the stripes lack as well, the shared bucket has said when to expect.</summary>
    private bool TryGather(int permits, int mine, ref TimeSpan retryAfter)
    {
        long fills = _fills.Count;
        if (_fills.WereEmptyAt(fills))
        {
            return false;
        }

        bool areEmpty = true;
        for (int i = 1; i <= _stripes.Length; i++)
        {
            ref PermitStripe stripe = ref Stripe(mine + i);
            if (stripe.TryTake(permits))
            {
                retryAfter = TimeSpan.Zero;
                return true;
            }

            areEmpty &= stripe.IsEmpty;
        }

        if (areEmpty)
        {
            _fills.SeenEmptyAt(fills);
            return false;
        }

        return permits > 1 && TryTakeTogether(permits, mine, ref retryAfter);
    }

    /// <summary>
    /// No stripe has them all, but several and the shared bucket may: claims one stripe after another until they do. A claim keeps the room of
    /// what is in the hand, so all of it fits again if they do not.
    /// </summary>
    private bool TryTakeTogether(int permits, int mine, ref TimeSpan retryAfter)
    {
        Span<int> hands = stackalloc int[_stripes.Length];
        int batch = Volatile.Read(ref _batch);
        int lacking = permits;
        bool isTaken = false;
        int looked = 0;
        while (looked < hands.Length && !isTaken)
        {
            ref int hand = ref hands[looked];
            if (Stripe(mine + looked++).TryClaim(out hand) && hand > 0)
            {
                lacking -= hand;
                retryAfter = lacking > 0 ? retryAfter : TimeSpan.Zero;
                isTaken = lacking <= 0 || _shared.TryTake(lacking, out retryAfter);
            }
        }

        for (int i = 0; i < looked; i++)
        {
            if (hands[i] >= 0)
            {
                // The last one may have had more than was lacking.
                int rest = i == looked - 1 ? Math.Max(0, -lacking) : 0;
                Release(ref Stripe(mine + i), isTaken ? rest : hands[i], batch);
            }
        }

        return isTaken;
    }

    /// <summary>Fills a stripe from the shared bucket, if that keeps a reserve.</summary>
    private void Fill(ref PermitStripe stripe, int batch, int reserve)
    {
        if (!stripe.TryClaim(out int held))
        {
            return;
        }

        // The claim keeps the room: if it were only bought and put, a second thread on this processor could do the same, and the stripe would
        // hold two batches.
        bool isFilled = held < batch && _shared.TryTake(batch - held, reserve, out _);
        if (isFilled)
        {
            _fills.Increment();
        }

        Release(ref stripe, isFilled ? batch : held, batch);
    }

    /// <summary>Opens a claimed stripe again.</summary>
    /// <param name="stripe">The stripe.</param>
    /// <param name="held">What is in it.</param>
    /// <param name="batch">The batch as it was read before the claim.</param>
    private void Release(ref PermitStripe stripe, int held, int batch)
    {
        stripe.Release(held);

        // Limits may have changed meanwhile, and this may be too much now. Either the change is seen here or what was put is seen by who
        // changes, as there is a full fence between the write and the read on both sides.
        for (int now; (now = Volatile.Read(ref _batch)) != batch; batch = now)
        {
            Trim(ref stripe, now);
        }
    }

    /// <summary>
    /// Moves what is beyond a batch to the shared bucket, under a claim, so that its room is not filled before that is done. Whoever has the
    /// stripe now looks at the batch afterwards.
    /// </summary>
    private void Trim(ref PermitStripe stripe, int batch)
    {
        if (stripe.Held <= batch || !stripe.TryClaim(out int held))
        {
            return;
        }

        if (held > batch)
        {
            _shared.Refund(held - batch);
        }

        stripe.Release(Math.Min(held, batch));
    }
}
