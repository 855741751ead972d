using System.Runtime.CompilerServices;
using AdmissionControl.Contention;
using AdmissionControl.Queueing;
using AdmissionControl.Timing;

namespace AdmissionControl.TokenBuckets;

/// <summary>
/// A token bucket: permits flow in at a steady rate up to a burst, and are taken or refused at once. Lock-free, no timer, no allocation.
/// </summary>
/// <remarks>
/// The generic cell rate algorithm in its virtual-scheduling form (ITU-T I.371): the whole state is one 64-bit word, the theoretical arrival
/// time, in fractions of a permit (see <see cref="TokenTimeline"/>). Taking n permits moves it n permits ahead of the later of itself and
/// now, and is allowed while it then lies at most a burst ahead of now.
/// <para>
/// Invariant: in any window of time w no more than burst + rate x (w + one coarse tick) permits are taken, and those that were prepaid when it began, less those refunded.
/// It holds because every take replaces the word, by compare-and-swap, by one that is larger by the permits taken and at most a burst ahead of the
/// taker's reading of now, and readings err by less than one coarse tick together. The coarse tick is 22 ms on Linux and macOS and 34 ms on
/// Windows with <see cref="TimeProvider.System"/>, and zero with any other provider.
/// </para>
/// <para>
/// Prepaid: a reading that finds enough permits lets the next takers of one permit do without a reading, and what they take counts as taken at that moment. They are at most 16, at most a 64th
/// of the burst, and no more than flow in during one coarse tick: none with a precise clock, with a burst below 64, or below 46/s. A take that is prepaid leaves the word within those permits of the mark
/// and past the reading, so a mark is used up whatever is refunded; it reaches further by what is refunded between a taker's compare-and-swap and its mark, two instructions.
/// </para>
/// <para>
/// The clock is read coarsely. Only a refusal that one more coarse tick could turn into an admission asks the precise clock; while a bucket stays that near to empty, takers ask it first.
/// A compare-and-swap fails only when another take, refund or hold-back succeeded (lock-free). Every read-modify-write is a full fence.
/// Thread-safe.
/// </para>
/// </remarks>
public sealed partial class TokenBucket
{
    /// <summary>The smallest rate that a bucket can hold: one permit a day.</summary>
    public const double MinPermitsPerSecond = 1.0 / 86_400;

    /// <summary>The largest rate that a bucket can hold: a thousand million permits a second.</summary>
    public const double MaxPermitsPerSecond = 1e9;

    /// <summary>The longest time for which <see cref="HoldBack"/> holds a bucket back: one day. Longer ones are cut to it.</summary>
    public static readonly TimeSpan MaxHoldBack = TimeSpan.FromDays(1);

    private const long NanosecondsPerTick = 100;

    private readonly AdmissionClock _clock;
    private readonly long _coarseTick;
    private CurrentTimeline _current;
    private WaitQueues _queues;

    // Whether the last taker found less than a coarse tick between taking and being refused. A hint: it chooses which clock is asked first, never what the answer is.
    private bool _isNearlyEmpty;

    /// <summary>A full bucket.</summary>
    /// <param name="permitsPerSecond">Permits that flow in each second: from <see cref="MinPermitsPerSecond"/> to <see cref="MaxPermitsPerSecond"/>.</param>
    /// <param name="burst">Permits that the bucket holds when full, and the most that one call can take: at least 1.</param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the burst is out of its range, or not a number.</exception>
    public TokenBucket(double permitsPerSecond, int burst, TimeProvider? timeProvider = null)
        : this(permitsPerSecond, burst, AdmissionClock.For(timeProvider))
    {
    }

    internal TokenBucket(double permitsPerSecond, int burst, AdmissionClock clock)
    {
        BucketLimits.ThrowIfOutOfRange(permitsPerSecond, burst);
        _clock = clock;
        _coarseTick = clock.CoarseTick;
        _current = new CurrentTimeline(new TokenTimeline(permitsPerSecond, burst, _coarseTick), clock);
    }

    /// <summary>Permits that flow in each second.</summary>
    public double PermitsPerSecond => Line.PermitsPerSecond;

    /// <summary>Permits that the bucket holds when full.</summary>
    public int Burst => Line.Burst;

    /// <summary>Whole permits that could be taken now. A snapshot: it may be taken by another thread before it is read.</summary>
    public int AvailablePermits
    {
        get
        {
            TokenTimeline line = _current.Look(out long arrival);
            long now = line.ToUnitsOfTime(_clock.Precise);
            return Math.Max(0, line.ToPermits(now + line.BurstUnits - Math.Max(arrival, now)));
        }
    }

    /// <summary>The provider of the bucket's clock, for the timers of those who wait.</summary>
    internal TimeProvider TimeProvider => _clock.TimeProvider;

    /// <summary>By how much a coarse reading of the bucket's clock may err.</summary>
    internal TimeSpan CoarseTick => new(_coarseTick / NanosecondsPerTick);

    /// <summary>Whether the next taker asks the precise clock first.</summary>
    internal bool IsNearlyEmpty => _isNearlyEmpty;

    internal TokenTimeline Line => _current.Line;

    /// <summary>Takes one permit if there is one.</summary>
    /// <returns>Whether the permit was taken.</returns>
    public bool TryTake()
    {
        TokenTimeline line = Line;
        if (line.TryTakePrepaid())
        {
            return true;
        }

        if (_isNearlyEmpty)
        {
            return TryTakePrecisely(line, 1, 0, out _);
        }

        return TryTakeAtOnce(line, line.PermitUnits, line.BurstUnits, _clock.Coarse, out long lacking)
            || (!IsRefused(line, lacking) && TryTakeElse(line, 1, 0, lacking, out _));
    }

    /// <summary>Takes one permit if there is one.</summary>
    /// <param name="retryAfter">Zero when taken; else the time after which the permit will be there if nobody else takes it, rounded up.</param>
    /// <returns>Whether the permit was taken.</returns>
    public bool TryTake(out TimeSpan retryAfter)
    {
        TokenTimeline line = Line;
        if (line.TryTakePrepaid())
        {
            retryAfter = default;
            return true;
        }

        return TryTakeOnReading(line, out retryAfter);
    }

    /// <summary>Takes several permits, all or none.</summary>
    /// <param name="permits">How many, at least 1. More than the burst are never there.</param>
    /// <param name="retryAfter">
    /// Zero when taken; else the time after which the permits will be there if nobody else takes any, rounded up;
    /// <see cref="TimeSpan.MaxValue"/> when they are more than the burst.
    /// </param>
    /// <returns>Whether the permits were taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1.</exception>
    public bool TryTake(int permits, out TimeSpan retryAfter) => TryTake(permits, 0, out retryAfter);

    /// <summary>Takes several permits, all or none, and leaves a reserve for those who are more important.</summary>
    /// <param name="permits">How many, at least 1. More than the burst are never there.</param>
    /// <param name="reserve">
    /// Permits that must remain after the take, 0 or more: in the terms of the algorithm, a smaller burst tolerance. A full bucket gives to
    /// anyone, so that a reserve near the burst slows a priority down but never shuts it out.
    /// </param>
    /// <param name="retryAfter">As in <see cref="TryTake(int, out TimeSpan)"/>.</param>
    /// <returns>Whether the permits were taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1 or <paramref name="reserve"/> below 0.</exception>
    public bool TryTake(int permits, int reserve, out TimeSpan retryAfter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(reserve);
        return _isNearlyEmpty
            ? TryTakePrecisely(Line, permits, reserve, out retryAfter)
            : TryTake(permits, reserve, _clock.Coarse, out retryAfter);
    }

    /// <summary>The same at a reading of the bucket's clock, coarse or precise, that the caller has just made.</summary>
    internal bool TryTake(int permits, int reserve, long reading, out TimeSpan retryAfter)
    {
        TokenTimeline line = Line;
        if (permits > line.Burst)
        {
            retryAfter = TimeSpan.MaxValue;
            return false;
        }

        if (_isNearlyEmpty)
        {
            return TryTakePrecisely(line, permits, reserve, out retryAfter);
        }

        if (TryTakeAtOnce(line, line.ToUnits(permits), Tolerance(line, permits, reserve), reading, out long lacking))
        {
            retryAfter = TimeSpan.Zero;
            return true;
        }

        return TryTakeElse(line, permits, reserve, lacking, out retryAfter);
    }

    /// <summary>
    /// Gives permits back that were taken and not used. The bucket never holds more than its burst, and a hold-back keeps its end: what was taken before it is not given back through it.
    /// </summary>
    /// <param name="permits">How many, at least 1, and no more than were taken.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1.</exception>
    public void Refund(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        _current.Move(
            static (line, arrival, refunded) => Math.Max(line.LeastRefunded(arrival), Math.Max(0, arrival - line.ToUnits((int)refunded))), permits);
        _queues.Pump();
    }

    /// <summary>
    /// Holds the bucket back, as a downstream's <c>Retry-After</c> asks: the next permit is there after the given time, those after it at the
    /// bucket's rate, whatever is refunded meanwhile. A shorter hold-back than one in force changes nothing.
    /// </summary>
    /// <param name="duration">How long; nothing below zero, and cut to <see cref="MaxHoldBack"/>.</param>
    public void HoldBack(TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero)
        {
            return;
        }

        long until = _clock.Precise + (Math.Min(duration.Ticks, MaxHoldBack.Ticks) * NanosecondsPerTick);
        _current.Move(
            static (line, arrival, end) =>
            {
                line.HoldUntil(end);
                return Math.Max(arrival, line.HeldArrival(end));
            },
            until);
    }

    /// <summary>
    /// Changes rate and burst while the bucket is in use. Permits in the bucket are kept, up to the new burst; a hold-back in force keeps its
    /// end to within the time of one permit at the old rate or the new. A taker sees either the old limits or the new ones, never a mixture, and nothing is taken from the old ones afterwards.
    /// </summary>
    /// <param name="permitsPerSecond">As in the constructor.</param>
    /// <param name="burst">As in the constructor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the burst is out of its range, or not a number.</exception>
    public void UpdateLimits(double permitsPerSecond, int burst)
    {
        BucketLimits.ThrowIfOutOfRange(permitsPerSecond, burst);
        _current.ReplaceBy(new TokenTimeline(permitsPerSecond, burst, _coarseTick, TokenTimeline.Unset));
        _queues.Pump();
    }

    /// <summary>Adds a queue that is pumped when tokens come back or limits change; when tokens flow in, it has to know by itself.</summary>
    internal void Attach(IWaitQueue queue) => _queues.Add(queue);

    internal void Detach(IWaitQueue queue) => _queues.Remove(queue);

    private static long Tolerance(TokenTimeline line, int permits, int reserve) =>
        line.BurstUnits - line.ToUnits(Math.Min(reserve, line.Burst - permits));

    /// <summary>One attempt on one reading, which settles nearly every case.</summary>
    /// <param name="line">The time line in force.</param>
    /// <param name="units">What is asked for.</param>
    /// <param name="tolerance">How far ahead of now the arrival time may then lie.</param>
    /// <param name="reading">The reading, coarse or better.</param>
    /// <param name="lacking">By how much it would lie farther; nothing or less when there was enough, and only another thread was faster.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTakeAtOnce(TokenTimeline line, long units, long tolerance, long reading, out long lacking)
    {
        long now = line.ToUnitsOfTime(reading);
        long arrival = Volatile.Read(ref line.ArrivalTime);
        long next = Math.Max(arrival, now) + units;
        lacking = next - now - tolerance;
        if (lacking > 0 || Interlocked.CompareExchange(ref line.ArrivalTime, next, arrival) != arrival)
        {
            return false;
        }

        line.Prepay(next, now);
        return true;
    }

    /// <summary>A take that has to ask a clock. Apart, so that one that is prepaid does not save and restore the registers that this needs.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeOnReading(TokenTimeline line, out TimeSpan retryAfter)
    {
        if (_isNearlyEmpty)
        {
            return TryTakePrecisely(line, 1, 0, out retryAfter);
        }

        if (TryTakeAtOnce(line, line.PermitUnits, line.BurstUnits, _clock.Coarse, out long lacking))
        {
            retryAfter = TimeSpan.Zero;
            return true;
        }

        if (IsRefused(line, lacking))
        {
            retryAfter = line.ToCoarseRetryAfter(lacking);
            return false;
        }

        return TryTakeElse(line, 1, 0, lacking, out retryAfter);
    }

    /// <summary>Whether the coarse reading that gave this lack leaves no doubt: more than a coarse tick brings, and not the mark of a sealed line.</summary>
    private static bool IsRefused(TokenTimeline line, long lacking) => lacking > line.CoarseTickUnits && lacking < TokenTimeline.SealedDistance;

    /// <summary>What remains when the attempt at once has failed: mostly to say when to come back, or to ask the precise clock what the coarse one cannot tell.</summary>
    private bool TryTakeElse(TokenTimeline line, int permits, int reserve, long lacking, out TimeSpan retryAfter)
    {
        if (IsRefused(line, lacking))
        {
            return Refuse(line, lacking, isPrecise: false, out retryAfter);
        }

        if (lacking <= 0 || lacking >= TokenTimeline.SealedDistance)
        {
            return TryTakeCarefully(permits, reserve, lacking, out retryAfter);
        }

        _isNearlyEmpty = _coarseTick > 0;
        return TryTakePrecisely(line, permits, reserve, out retryAfter);
    }

    /// <summary>The attempt on a precise reading. While the bucket is nearly empty the coarse clock is not even asked, which would only cost its time.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakePrecisely(TokenTimeline line, int permits, int reserve, out TimeSpan retryAfter)
    {
        if (permits > line.Burst)
        {
            retryAfter = TimeSpan.MaxValue;
            return false;
        }

        bool isTaken = TryTakeAtOnce(line, line.ToUnits(permits), Tolerance(line, permits, reserve), _clock.Precise, out long lacking);
        if (Math.Abs(lacking) > line.CoarseTickUnits)
        {
            _isNearlyEmpty = false;
        }

        if (isTaken)
        {
            retryAfter = TimeSpan.Zero;
            return true;
        }

        return lacking > 0 && lacking < TokenTimeline.SealedDistance
            ? Refuse(line, lacking, isPrecise: true, out retryAfter)
            : TryTakeCarefully(permits, reserve, lacking, out retryAfter);
    }

    private bool Refuse(TokenTimeline line, long lacking, bool isPrecise, out TimeSpan retryAfter)
    {
        retryAfter = _coarseTick == 0 ? line.ToRetryAfter(lacking) : isPrecise ? line.ToPreciseRetryAfter(lacking) : line.ToCoarseRetryAfter(lacking);
        return false;
    }

    /// <summary>The rest: others were faster, or limits change, or the coarse clock cannot tell.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeCarefully(int permits, int reserve, long lacking, out TimeSpan retryAfter)
    {
        var backoff = new Backoff();
        bool isPrecise = lacking > 0 || _coarseTick == 0;
        if (lacking <= 0)
        {
            backoff.Wait();
        }

        while (true)
        {
            TokenTimeline line = Line;
            if (permits > line.Burst)
            {
                retryAfter = TimeSpan.MaxValue;
                return false;
            }

            long now = line.ToUnitsOfTime(isPrecise ? _clock.Precise : _clock.Coarse);
            long arrival = Volatile.Read(ref line.ArrivalTime);
            long next = Math.Max(arrival, now) + line.ToUnits(permits);
            lacking = next - now - Tolerance(line, permits, reserve);
            if (lacking <= 0)
            {
                if (Interlocked.CompareExchange(ref line.ArrivalTime, next, arrival) == arrival)
                {
                    retryAfter = TimeSpan.Zero;
                    return true;
                }

                backoff.Wait();
            }
            else if (arrival >= TokenTimeline.Sealed)
            {
                _current.Replace(line);
            }
            else if (isPrecise || IsRefused(line, lacking))
            {
                return Refuse(line, lacking, isPrecise, out retryAfter);
            }
            else
            {
                isPrecise = true;
            }
        }
    }
}
