using System.Diagnostics;

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

    private const double NanosecondsPerSecond = 1e9;
    private const double LongestNanoseconds = long.MaxValue * 0.999;
    private const long NanosecondsPerTick = 100;
    private const double LongestTicks = LongestNanoseconds / NanosecondsPerTick;
    internal const int FactorBits = 62;

    // Burst and, with it, every distance between now and the arrival time stay below 2^60 units.
    private const int DistanceBits = 60;

    private readonly int _permitBits;
    private readonly long _unitsPerNanosecond;
    private readonly double _nanosecondsPerUnit;
    private readonly double _ticksPerUnit;

    private ArrivalWord _state;

    /// <summary>What replaces this time line. Written before <see cref="ArrivalTime"/> is sealed.</summary>
    public TokenTimeline? Successor;

    public TokenTimeline(double permitsPerSecond, int burst, long arrivalTime = 0, int distanceBits = DistanceBits)
    {
        _state.ArrivalTime = arrivalTime;
        PermitsPerSecond = permitsPerSecond;
        Burst = burst;

        int bitsForUnit = Math.Max(0, Math.ILogB(NanosecondsPerSecond / permitsPerSecond));
        int bitsForBurst = distanceBits - (32 - int.LeadingZeroCount(burst));
        _permitBits = Math.Min(bitsForUnit, bitsForBurst);

        // Rounded up, so that a time which is a whole number of nanoseconds comes out as that number.
        double unitsPerNanosecond = Math.BitIncrement(Math.ScaleB(permitsPerSecond / NanosecondsPerSecond, _permitBits));
        _unitsPerNanosecond = (long)Math.ScaleB(unitsPerNanosecond, FactorBits);
        _nanosecondsPerUnit = Math.ScaleB(1.0 / _unitsPerNanosecond, FactorBits);

        // More than the errors of the double above and of a product with it, so that what comes out is never too short.
        _ticksPerUnit = _nanosecondsPerUnit / NanosecondsPerTick * (1 + 1e-15);
        BurstUnits = (long)burst << _permitBits;
    }

    /// <summary>The theoretical arrival time of the GCRA: the time at which all that was taken has been paid for, in units. Never negative.</summary>
    public ref long ArrivalTime => ref _state.ArrivalTime;

    public double PermitsPerSecond { get; }

    public int Burst { get; }

    public long BurstUnits { get; }

    /// <summary>One permit.</summary>
    public long PermitUnits => 1L << _permitBits;

    /// <summary>Permits a second that the integer arithmetic really gives.</summary>
    public double RealisedPermitsPerSecond => Math.ScaleB(_unitsPerNanosecond, -FactorBits - _permitBits) * NanosecondsPerSecond;

    internal long Factor => _unitsPerNanosecond;

    internal int PermitBits => _permitBits;

    public long ToUnits(int permits) => (long)permits << _permitBits;

    /// <summary>Units of any number of permits, cut where their sum with a moment could overflow.</summary>
    public long ToUnitsSaturated(long permits) => Math.Min(permits, (1L << DistanceBits) >> _permitBits) << _permitBits;

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

    /// <summary>A moment or a duration, not negative, in units, rounded down (towards the past).</summary>
    public long ToUnitsOfTime(long nanoseconds)
    {
        Debug.Assert(nanoseconds >= 0, "Clocks start above zero.");
        ulong high = Math.BigMul((ulong)nanoseconds, (ulong)_unitsPerNanosecond, out ulong low);
        return (long)((high << (64 - FactorBits)) | (low >> FactorBits));
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
        while (ToUnitsOfTime(nanoseconds) < units)
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

    /// <summary>
    /// A time to tell a caller when the reading that it is counted from may err: widened by the error, and rounded up
    /// to 100 ns by a shorter way, since the error drowns what it loses.
    /// </summary>
    public TimeSpan ToRetryAfter(long units, long error)
    {
        double ticks = units * _ticksPerUnit;
        return ticks >= LongestTicks ? TimeSpan.MaxValue : new TimeSpan((long)ticks + 1 + ((error + NanosecondsPerTick - 1) / NanosecondsPerTick));
    }
}
