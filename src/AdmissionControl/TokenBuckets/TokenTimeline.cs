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

    /// <summary>The <see cref="ArrivalTime"/> of a successor that has not taken over yet.</summary>
    public const long Unset = long.MinValue;

    private const double NanosecondsPerSecond = 1e9;
    private const double LongestNanoseconds = long.MaxValue * 0.999;
    private const long NanosecondsPerTick = 100;
    internal const int FactorBits = 62;

    // Burst and, with it, every distance between now and the arrival time stay below 2^60 units.
    private const int DistanceBits = 60;

    private readonly int _permitBits;
    private readonly long _unitsPerNanosecond;
    private readonly double _nanosecondsPerUnit;

    /// <summary>The theoretical arrival time of the GCRA: the time at which all that was taken has been paid for, in units. Never negative.</summary>
    public long ArrivalTime;

    /// <summary>What replaces this time line. Written before <see cref="ArrivalTime"/> is sealed.</summary>
    public TokenTimeline? Successor;

    public TokenTimeline(double permitsPerSecond, int burst, long arrivalTime = 0, int distanceBits = DistanceBits)
    {
        ArrivalTime = arrivalTime;
        PermitsPerSecond = permitsPerSecond;
        Burst = burst;

        int bitsForUnit = Math.Max(0, Math.ILogB(NanosecondsPerSecond / permitsPerSecond));
        int bitsForBurst = distanceBits - (32 - int.LeadingZeroCount(burst));
        _permitBits = Math.Min(bitsForUnit, bitsForBurst);

        // Rounded up, so that a time which is a whole number of nanoseconds comes out as that number.
        double unitsPerNanosecond = Math.BitIncrement(Math.ScaleB(permitsPerSecond / NanosecondsPerSecond, _permitBits));
        _unitsPerNanosecond = (long)Math.ScaleB(unitsPerNanosecond, FactorBits);
        _nanosecondsPerUnit = Math.ScaleB(1.0 / _unitsPerNanosecond, FactorBits);
    }

    public double PermitsPerSecond { get; }

    public int Burst { get; }

    public long BurstUnits => (long)Burst << _permitBits;

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

    /// <summary>A moment or a duration in units, rounded down (towards the past).</summary>
    public long ToUnitsOfTime(long nanoseconds)
    {
        long high = Math.BigMul(nanoseconds, _unitsPerNanosecond, out long low);
        return (high << (64 - FactorBits)) | (long)((ulong)low >> FactorBits);
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

    /// <summary>The same as a time to tell a caller: widened by the error of the reading that it is counted from, in nanoseconds, and rounded up.</summary>
    public TimeSpan ToRetryAfter(long units, long error)
    {
        long nanoseconds = ToNanoseconds(units);
        return nanoseconds > long.MaxValue - error - NanosecondsPerTick
            ? TimeSpan.MaxValue
            : new TimeSpan((nanoseconds + error + NanosecondsPerTick - 1) / NanosecondsPerTick);
    }
}
