using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using AdmissionControl.Timing;

namespace AdmissionControl.TokenBuckets;

/// <summary>
/// The time line of one bucket: time counted in fractions of a permit. One permit is 2^k units, k chosen so that a unit is between one and two
/// nanoseconds where the burst leaves room for it. Also holds the bucket's state, so that rate, burst and state change as one.
/// </summary>
/// <remarks>
/// Counting time in permits instead of permits in time makes costs exact for every rate: a cost is a shift. Only the conversion of a clock
/// reading rounds: it multiplies by a 62-bit fixed-point factor, so the realised rate is within 2^-40 of the asked one (the goal is 1 ppm)
/// and the time line lasts for more than 70 years at any rate.
/// </remarks>
internal sealed class TokenTimeline
{
    /// <summary>Set in <see cref="ArrivalTime"/> once a successor holds the truth. Above every reachable time, so that a taker sees an exhausted bucket.</summary>
    public const long Sealed = 1L << 62;

    /// <summary>Sealed lines seem to lack at least this much; no taker ever lacks so much of a live one.</summary>
    public const long SealedDistance = 1L << 61;

    /// <summary>The <see cref="ArrivalTime"/> of a successor that has not taken over yet.</summary>
    public const long Unset = long.MinValue;

    // Before every arrival time by more than any number of units.
    private const long NothingPrepaid = long.MinValue / 2;

    private const double NanosecondsPerSecond = 1e9;
    private const double LongestNanoseconds = long.MaxValue * 0.999;
    private const long NanosecondsPerTick = 100;
    internal const int FactorBits = 62;

    // More takes than these on one reading would save little: its cost is shared by all of them.
    private const int MostPrepaid = 16;

    // What is prepaid may come on top of the burst after a pause, so it must be little beside it.
    private const int BurstPerPrepaid = 64;

    // Burst and, with it, every distance between now and the arrival time stay below 2^60 units.
    private const int DistanceBits = 60;

    private readonly int _permitBits;
    private readonly long _unitsPerNanosecond;
    private readonly double _nanosecondsPerUnit;
    private readonly ulong _ticksPerUnit;
    private readonly int _ticksPerUnitShift;
    private readonly long _mostUnits;
    private readonly long _prepaidUnits;
    private readonly long _coarseTicks;

    private ArrivalWords _state;

    /// <summary>What replaces this time line. Written before <see cref="ArrivalTime"/> is sealed.</summary>
    public TokenTimeline? Successor;

    /// <param name="permitsPerSecond">The rate.</param>
    /// <param name="burst">The burst.</param>
    /// <param name="coarseTick">By how much a coarse reading may err, in nanoseconds; 0 when all readings are precise.</param>
    /// <param name="arrivalTime">The first arrival time: 0 for a full bucket.</param>
    /// <param name="distanceBits">Bits that the burst in units may take.</param>
    public TokenTimeline(double permitsPerSecond, int burst, long coarseTick = 0, long arrivalTime = 0, int distanceBits = DistanceBits)
    {
        _state.ArrivalTime = arrivalTime;
        _state.PrepaidUntil = NothingPrepaid;
        PermitsPerSecond = permitsPerSecond;
        Burst = burst;

        int bitsForUnit = Math.Max(0, Math.ILogB(NanosecondsPerSecond / permitsPerSecond));
        int bitsForBurst = distanceBits - (32 - int.LeadingZeroCount(burst));
        _permitBits = Math.Min(bitsForUnit, bitsForBurst);

        // Rounded up, so that a time which is a whole number of nanoseconds comes out as that number.
        double unitsPerNanosecond = Math.BitIncrement(Math.ScaleB(permitsPerSecond / NanosecondsPerSecond, _permitBits));
        _unitsPerNanosecond = (long)Math.ScaleB(unitsPerNanosecond, FactorBits);
        _nanosecondsPerUnit = Math.ScaleB(1.0 / _unitsPerNanosecond, FactorBits);

        // Larger by more than the error of the double above, so that what comes out is never too short.
        double ticksPerUnit = _nanosecondsPerUnit / NanosecondsPerTick * (1 + 1e-15);
        _ticksPerUnitShift = Math.Max(0, Math.ILogB(ticksPerUnit) + 2);
        _ticksPerUnit = (ulong)Math.ScaleB(ticksPerUnit, 64 - _ticksPerUnitShift) + 1;
        _mostUnits = long.MaxValue >> (_ticksPerUnitShift + 1);
        BurstUnits = (long)burst << _permitBits;
        CoarseTickUnits = ToUnitsOfTime(coarseTick) + 1;
        _coarseTicks = (coarseTick + NanosecondsPerTick - 1) / NanosecondsPerTick;
        _prepaidUnits = ToUnits((int)Math.Min(Math.Min(MostPrepaid, burst / BurstPerPrepaid), (CoarseTickUnits - 1) >> _permitBits));
    }

    /// <summary>The theoretical arrival time of the GCRA: the time at which all that was taken has been paid for, in units. Never negative.</summary>
    public ref long ArrivalTime => ref _state.ArrivalTime;

    /// <summary>
    /// The arrival time up to which single permits are taken without another look at a clock. Written by who has looked: what is taken up to here counts as taken at that moment.
    /// </summary>
    public ref long PrepaidUntil => ref _state.PrepaidUntil;

    /// <summary>The end of the latest hold-back, in nanoseconds of the clock; 0 when there was none.</summary>
    public long HeldUntil => Volatile.Read(ref _state.HeldUntil);

    public double PermitsPerSecond { get; }

    public int Burst { get; }

    public long BurstUnits { get; }

    /// <summary>What the clock's coarse tick may cover: one unit more than its length, depending on the phase.</summary>
    public long CoarseTickUnits { get; }

    /// <summary>The most permits that are taken on one reading of the clock after the one that it was made for.</summary>
    public int PrepaidPermits => ToPermits(_prepaidUnits);

    /// <summary>One permit.</summary>
    public long PermitUnits => 1L << _permitBits;

    /// <summary>Permits a second that the integer arithmetic really gives.</summary>
    public double RealisedPermitsPerSecond => Math.ScaleB(_unitsPerNanosecond, -FactorBits - _permitBits) * NanosecondsPerSecond;

    internal long Factor => _unitsPerNanosecond;

    internal int PermitBits => _permitBits;

    public long ToUnits(int permits) => (long)permits << _permitBits;

    /// <summary>Units of any number of permits, cut where their sum with a moment could overflow.</summary>
    public long ToUnitsSaturated(long permits) => Math.Min(permits, (1L << DistanceBits) >> _permitBits) << _permitBits;

    /// <summary>Takes one permit if somebody has just looked at the clock and found it there.</summary>
    /// <remarks>
    /// No more than <see cref="PrepaidPermits"/> ahead of a mark, whatever was refunded meanwhile. A sealed line's arrival time lies beyond every mark.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTakePrepaid()
    {
        long arrival = Volatile.Read(ref _state.ArrivalTime);
        long permit = PermitUnits;
        long next = arrival + permit;
        long left = Volatile.Read(ref _state.PrepaidUntil) - next;
        return left >= 0 && left <= _prepaidUnits - permit && Interlocked.CompareExchange(ref _state.ArrivalTime, next, arrival) == arrival;
    }

    /// <summary>Lets the next takers of a permit do without a clock, if the bucket holds enough permits for them at this moment.</summary>
    /// <param name="arrival">The arrival time after a take.</param>
    /// <param name="now">The moment of that take, in units.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prepay(long arrival, long now)
    {
        if (_prepaidUnits > 0)
        {
            long until = arrival + _prepaidUnits;
            Volatile.Write(ref _state.PrepaidUntil, until <= now + BurstUnits ? until : NothingPrepaid);
        }
    }

    /// <summary>
    /// The least arrival time that a refund may lead back to: the one that a hold-back has set. What was taken before the hold-back does not come back through it, and what was taken since is all above it.
    /// </summary>
    public long LeastRefunded(long arrival)
    {
        long until = HeldUntil;
        return until == 0 ? 0 : Math.Min(arrival, HeldArrival(until));
    }

    /// <summary>The arrival time at which the next permit is there at a moment, in nanoseconds.</summary>
    public long HeldArrival(long until) => ToUnitsOfTime(until) + BurstUnits - PermitUnits;

    /// <summary>Notes a hold-back. Before the arrival time is moved, so that a refund that sees that sees this.</summary>
    public void HoldUntil(long until)
    {
        long seen = HeldUntil;
        while (seen < until)
        {
            long current = Interlocked.CompareExchange(ref _state.HeldUntil, until, seen);
            if (current == seen)
            {
                return;
            }

            seen = current;
        }
    }

    /// <summary>The state of this line that takes over from another: the same permits up to the burst, or the same end of a hold-back.</summary>
    public long Continue(TokenTimeline previous, long arrivalTime, long nanoseconds)
    {
        long then = previous.ToUnitsOfTime(nanoseconds);
        long now = ToUnitsOfTime(nanoseconds);
        long available = then + previous.BurstUnits - Math.Max(arrivalTime, then);
        return available >= 0
            ? now + BurstUnits - Math.Min(BurstUnits, Rescale(available, previous._permitBits, _permitBits))
            : now + BurstUnits + ToUnitsOfTime(previous.ToNanoseconds(-available));
    }

    public int ToPermits(long units) => (int)Math.Clamp(units >> _permitBits, int.MinValue, int.MaxValue);

    private static long Rescale(long units, int fromBits, int toBits) =>
        toBits >= fromBits ? (long)Int128.Min((Int128)units << (toBits - fromBits), long.MaxValue / 4) : units >> (fromBits - toBits);

    /// <summary>A moment or a duration in units, rounded down (towards the past): from zero to twice <see cref="AdmissionClock.Horizon"/>.</summary>
    public long ToUnitsOfTime(long nanoseconds)
    {
        Debug.Assert(nanoseconds is >= 0 and <= 2 * AdmissionClock.Horizon, "Clocks start above zero and end at the horizon.");
        return (long)MultiplyHigh((ulong)nanoseconds << (64 - FactorBits), (ulong)_unitsPerNanosecond);
    }

    /// <summary>The shortest duration in nanoseconds that is at least these units, from whatever moment it is counted.</summary>
    public long ToNanoseconds(long units)
    {
        double estimate = units * _nanosecondsPerUnit * (1 - 1e-15);
        if (estimate >= LongestNanoseconds)
        {
            return long.MaxValue;
        }

        long nanoseconds = (long)estimate;
        while ((long)((UInt128)(ulong)nanoseconds * (ulong)_unitsPerNanosecond >> FactorBits) < units)
        {
            nanoseconds++;
        }

        return nanoseconds;
    }

    /// <summary>The same as a time to tell a caller, exact but for its unit: rounded up to 100 ns.</summary>
    public TimeSpan ToRetryAfter(long units)
    {
        long nanoseconds = ToNanoseconds(units);
        return nanoseconds > long.MaxValue - NanosecondsPerTick
            ? TimeSpan.MaxValue
            : new TimeSpan((nanoseconds + NanosecondsPerTick - 1) / NanosecondsPerTick);
    }

    /// <summary>The same for a reading of the system's clock, by a shorter way that may lose one more tick of 100 ns.</summary>
    public TimeSpan ToPreciseRetryAfter(long units) => ToRetryAfter(units, 1);

    /// <summary>The same for a coarse reading, longer by all that it may err.</summary>
    public TimeSpan ToCoarseRetryAfter(long units) => ToRetryAfter(units, _coarseTicks + 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TimeSpan ToRetryAfter(long units, long moreTicks) =>
        units <= _mostUnits
            ? new TimeSpan((long)MultiplyHigh((ulong)units << _ticksPerUnitShift, _ticksPerUnit) + moreTicks)
            : TimeSpan.MaxValue;

    /// <summary>The high half of a product. Not <see cref="Math.BigMul(ulong, ulong, out ulong)"/> where it can be avoided: it takes the low half through memory.</summary>
    private static ulong MultiplyHigh(ulong left, ulong right) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(left, right) : Math.BigMul(left, right, out _);
}
