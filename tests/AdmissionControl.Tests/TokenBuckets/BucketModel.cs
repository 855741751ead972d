using System.Numerics;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Tests.TokenBuckets;

/// <summary>
/// The reference: tokens that flow into a bucket, are capped at the burst and taken out. Arbitrary precision. The bucket under test counts an arrival
/// time instead, and takes from the model nothing but the realised rate. The level is below zero while the bucket is held back.
/// </summary>
internal sealed class BucketModel
{
    private BigInteger _factor;
    private int _permitBits;
    private BigInteger _level;
    private BigInteger _at;
    private long _heldUntil;

    /// <summary>A bucket that has been full since the first moment of its clock.</summary>
    public BucketModel(TokenTimeline line)
    {
        Adopt(line);
        _level = Capacity;
    }

    public int Burst { get; private set; }

    private BigInteger Capacity => Permits(Burst);

    /// <summary>The time of one unit, the finest step of the time line, in nanoseconds.</summary>
    public double UnitNanoseconds => Math.ScaleB(1, TokenTimeline.FactorBits) / (double)_factor;

    /// <summary>Takes, if the tokens are there at this reading; else says how many units lack.</summary>
    public bool TryTake(long reading, int permits, int reserve, out BigInteger lacking)
    {
        BigInteger level = LevelAt(reading);
        lacking = Permits(permits) + Permits(Math.Min(reserve, Burst - permits)) - level;
        if (lacking > 0)
        {
            return false;
        }

        _level = level - Permits(permits);
        _at = Units(reading);
        return true;
    }

    /// <summary>How many units lack at this reading; nothing or less when the tokens are there.</summary>
    public BigInteger Lacking(long reading, int permits) => Permits(permits) - LevelAt(reading);

    /// <summary>Takes, whether the tokens are there or not.</summary>
    public void Owe(long reading, int permits)
    {
        _level = LevelAt(reading) - Permits(permits);
        _at = Units(reading);
    }

    /// <summary>Nothing comes back through a hold-back: not above one token at its end.</summary>
    public void Refund(int permits)
    {
        BigInteger refunded = _level + Permits(permits);
        BigInteger held = Permits(1) + _at - Units(_heldUntil);
        _level = _heldUntil == 0 ? refunded : BigInteger.Min(refunded, BigInteger.Max(_level, held));
    }

    /// <summary>One token is there at the end, and none before.</summary>
    public void HoldBack(long reading, long end)
    {
        _heldUntil = Math.Max(_heldUntil, end);
        BigInteger flowsUntilEnd = Units(end) - Units(reading);
        BigInteger now = _level + Units(reading) - _at;
        _level = BigInteger.Min(now, Permits(1) - flowsUntilEnd);
        _at = Units(reading);
    }

    public int Available(long reading) => (int)BigInteger.Max(0, LevelAt(reading) >> _permitBits);

    /// <summary>The level that other limits must take over, exact for permits in the bucket, in nanoseconds for permits owed.</summary>
    public void Update(TokenTimeline line, long reading)
    {
        BigInteger level = LevelAt(reading);
        BigInteger owed = level < 0 ? Ceiling(-level << TokenTimeline.FactorBits, _factor) : 0;
        int bits = _permitBits;
        double oldUnit = UnitNanoseconds;
        Adopt(line);
        _at = Units(reading);
        BigInteger actual = Capacity + _at - line.ArrivalTime;
        if (level >= 0)
        {
            BigInteger kept = _permitBits >= bits ? level << (_permitBits - bits) : level >> (bits - _permitBits);
            _level = BigInteger.Min(Capacity, kept);
            Assert.Equal(_level, actual);
        }
        else
        {
            // Never earlier than owed, and later by no more than the rounding: a unit of each line.
            BigInteger late = -actual - (owed * _factor >> TokenTimeline.FactorBits);
            Assert.True(late >= 0, $"The hold-back ends {-late} units early.");
            Assert.True((double)late <= 2 + ((oldUnit + (1e-14 * (double)owed) + 2) / UnitNanoseconds), $"The hold-back ends {late} units late.");
            _level = actual;
        }
    }

    /// <summary>The least wait after which this many units have flowed in, whatever the phase.</summary>
    public BigInteger NanosecondsFor(BigInteger units) => Ceiling(units << TokenTimeline.FactorBits, _factor);

    public BigInteger Units(long reading) => (reading * _factor) >> TokenTimeline.FactorBits;

    private static BigInteger Ceiling(BigInteger dividend, BigInteger divisor) => (dividend + divisor - 1) / divisor;

    private void Adopt(TokenTimeline line)
    {
        _factor = line.Factor;
        _permitBits = line.PermitBits;
        Burst = line.Burst;
    }

    private BigInteger Permits(long permits) => (BigInteger)permits << _permitBits;

    // What flows over is lost only when somebody looks after it: a coarse reading may go back.
    private BigInteger LevelAt(long reading) => BigInteger.Min(Capacity, _level + Units(reading) - _at);
}
