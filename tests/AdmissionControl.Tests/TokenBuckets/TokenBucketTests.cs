using AdmissionControl.Tests.Timing;
using AdmissionControl.TokenBuckets;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.TokenBuckets;

public class TokenBucketTests
{
    private const long Tick = BucketStory.Tick;
    private const long Year = 365L * 86_400_000_000_000;

    [Theory]
    [InlineData(double.NaN, 1, "permitsPerSecond")]
    [InlineData(0, 1, "permitsPerSecond")]
    [InlineData(-1, 1, "permitsPerSecond")]
    [InlineData(1.0 / 86_401, 1, "permitsPerSecond")]
    [InlineData(1_000_000_001, 1, "permitsPerSecond")]
    [InlineData(double.PositiveInfinity, 1, "permitsPerSecond")]
    [InlineData(10, 0, "burst")]
    [InlineData(10, -5, "burst")]
    public void Constructor_OutOfRange_NamesBothValues(double rate, int burst, string parameter)
    {
        string shown = BucketLimits.Describe(rate, burst);
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => new TokenBucket(rate, burst));
        Assert.Equal(parameter, error.ParamName);
        Assert.Contains(shown, error.Message, StringComparison.Ordinal);

        var bucket = new TokenBucket(1, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => bucket.UpdateLimits(rate, burst));
        Assert.Equal((1d, 1), (bucket.PermitsPerSecond, bucket.Burst));
    }

    [Theory]
    [InlineData(TokenBucket.MinPermitsPerSecond, 1)]
    [InlineData(TokenBucket.MaxPermitsPerSecond, int.MaxValue)]
    public void Constructor_Boundaries_AreFull(double rate, int burst)
    {
        var bucket = new TokenBucket(rate, burst, new DrivenClock());
        Assert.Equal(burst, bucket.AvailablePermits);
        Assert.True(bucket.TryTake(burst, out _));
    }

    [Fact]
    public void Arguments_OutOfRange_Throw()
    {
        var bucket = new TokenBucket(1, 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => bucket.TryTake(0, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => bucket.TryTake(1, -1, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => bucket.Refund(0));
    }

    [Fact]
    public void TryTake_TenASecondBurstFive_FiveAtOnceThenOneEach100Milliseconds()
    {
        var time = new FakeTimeProvider();
        var bucket = new TokenBucket(10, 5, time);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(bucket.TryTake());
        }

        for (int i = 0; i < 20; i++)
        {
            Assert.False(bucket.TryTake(out TimeSpan retryAfter));
            Assert.InRange(retryAfter.Ticks, 1_000_000, 1_000_001);
            time.Advance(TimeSpan.FromMilliseconds(99));
            Assert.False(bucket.TryTake());
            time.Advance(retryAfter - TimeSpan.FromMilliseconds(99));
            Assert.True(bucket.TryTake());
        }
    }

    [Fact]
    public void TryTake_LackingMoreThanACenturyOnACoarseClock_SaysNoNegativeTime()
    {
        var bucket = new TokenBucket(TokenBucket.MinPermitsPerSecond, int.MaxValue, new DrivenClock(Tick));
        Assert.True(bucket.TryTake(int.MaxValue, out _));
        Assert.False(bucket.TryTake(int.MaxValue, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.MaxValue, retryAfter);
    }

    [Fact]
    public void TryTake_AfterAnyIdleTime_GivesNoMoreThanTheBurst()
    {
        var clock = new DrivenClock();
        var bucket = new TokenBucket(999_990_000.7, 1000, clock);
        foreach (long idle in (long[])[0, 1, Tick, 1_000_000_000, Year, 20 * Year])
        {
            clock.Now += idle + 1000;
            Assert.True(bucket.TryTake(1000, out _));
            Assert.False(bucket.TryTake());
        }
    }

    [Theory]
    [InlineData(1e9, int.MaxValue)]
    [InlineData(1e9, 1)]
    [InlineData(999_990_000.7, 1_000_000)]
    [InlineData(10, 5)]
    [InlineData(1.0 / 86_400, int.MaxValue)]
    public void TryTake_FiftyYearsOn_WorksAsOnTheFirstDay(double rate, int burst)
    {
        var clock = new DrivenClock(Tick);
        var bucket = new TokenBucket(rate, burst, clock);
        for (int year = 0; year < 50; year++)
        {
            clock.Now += Year;
            Assert.Equal(Math.Min(burst, year == 0 ? burst : (int)Math.Min(burst, rate * Year / 1e9)), bucket.AvailablePermits);
            int some = Math.Max(1, bucket.AvailablePermits);
            Assert.True(bucket.TryTake(some, out _));
            Assert.False(bucket.TryTake(burst, out TimeSpan retryAfter));
            Assert.True(retryAfter > TimeSpan.Zero);
            Assert.Equal(0, bucket.AvailablePermits);
            bucket.HoldBack(TimeSpan.FromDays(2));
            Assert.InRange(bucket.TimeUntil(1, 1, 0), TimeSpan.FromDays(1), TimeSpan.FromDays(1) + TimeSpan.FromMilliseconds(1));
            bucket.UpdateLimits(rate, burst);
            Assert.InRange(bucket.TimeUntil(1, 1, 0), TimeSpan.FromDays(1), TimeSpan.FromDays(1) + TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public void TryTake_NearTheReserve_LeavesItButAFullBucketGivesToAnyone()
    {
        var clock = new DrivenClock();
        var bucket = new TokenBucket(1, 10, clock);
        Assert.True(bucket.TryTake(6, 4, out _));
        Assert.False(bucket.TryTake(1, 4, out TimeSpan retryAfter));
        Assert.InRange(retryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1) + TimeSpan.FromTicks(2));
        Assert.True(bucket.TryTake(4, 0, out _));
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(bucket.TryTake(8, int.MaxValue, out _));
    }

    [Fact]
    public void HoldBack_ShorterThanTheOneInForce_ChangesNothing()
    {
        var clock = new DrivenClock();
        var bucket = new TokenBucket(10, 5, clock);
        bucket.HoldBack(TimeSpan.FromSeconds(5));
        bucket.HoldBack(TimeSpan.FromSeconds(2));
        bucket.HoldBack(TimeSpan.Zero);
        bucket.HoldBack(TimeSpan.MinValue);
        Assert.Equal(0, bucket.AvailablePermits);
        clock.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.False(bucket.TryTake());
        clock.Advance(TimeSpan.FromTicks(2));
        Assert.True(bucket.TryTake());
        Assert.False(bucket.TryTake());
    }

    [Fact]
    public void UpdateLimits_HeldBack_KeepsTheEndToWithinAPermitOfEitherRate()
    {
        var clock = new DrivenClock();
        var bucket = new TokenBucket(10, 5, clock);
        bucket.HoldBack(TimeSpan.FromSeconds(5));
        bucket.UpdateLimits(2, 50);
        Assert.InRange(bucket.TimeUntil(1, 1, 0).TotalSeconds, 4.9, 5.5);
        bucket.UpdateLimits(1000, 1);
        Assert.InRange(bucket.TimeUntil(1, 1, 0).TotalSeconds, 4.9, 5.1);
    }

    [Fact]
    public void UpdateLimits_StoppedBetweenItsSteps_IsFinishedByWhoeverLooks()
    {
        foreach (Action<TokenBucket> look in (Action<TokenBucket>[])
            [
                b => Assert.InRange(b.TimeUntil(5, 5, 0), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.001)),
                b => Assert.Equal(1, b.AvailablePermits),
                b => Assert.True(b.TryTake()),
                b => b.Refund(1),
                b => b.HoldBack(TimeSpan.FromDays(1)),
            ])
        {
            var bucket = new TokenBucket(10, 3, new DrivenClock());
            Assert.True(bucket.TryTake(2, out _));
            TokenTimeline old = bucket.Line;
            old.Successor = new TokenTimeline(2, 5, arrivalTime: TokenTimeline.Unset);
            Interlocked.Or(ref old.ArrivalTime, TokenTimeline.Sealed);
            look(bucket);
            Assert.Same(old.Successor, bucket.Line);
            bucket.UpdateLimits(7, 9);
            Assert.Equal((7d, 9), (bucket.PermitsPerSecond, bucket.Burst));
        }
    }

    /// <summary>Which clock is asked is a matter of cost: the coarse one unless it could not tell last time, then the precise one alone until the bucket is clearly full or clearly empty.</summary>
    [Fact]
    public void TryTake_NearlyEmpty_AsksThePreciseClockAloneUntilItIsNot()
    {
        var clock = new DrivenClock(10_000_000);
        var bucket = new TokenBucket(100, 20, clock);
        Assert.Equal((20, 0), ReadingsOf(() => Enumerable.Range(0, 20).All(i => bucket.TryTake(1, out _))));
        Assert.Equal((1, 1), ReadingsOf(() => !bucket.TryTake(1, out _)));
        Assert.Equal((0, 3), ReadingsOf(() => !bucket.TryTake(1, out _) && !bucket.TryTake(1, out _) && !bucket.TryTake(1, 0, out _)));
        clock.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal((0, 1), ReadingsOf(() => bucket.TryTake(1, out _)));

        // Clearly full: once more the precise clock, then the coarse one.
        clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal((1, 1), ReadingsOf(() => bucket.TryTake(1, out _) && bucket.TryTake(1, out _)));

        // Clearly empty: seven permits are more than a tick away.
        Assert.Equal((1, 0), ReadingsOf(() => !bucket.TryTake(20, out _)));

        (int Coarse, int Precise) ReadingsOf(Func<bool> act)
        {
            clock.Readings = default;
            Assert.True(act());
            return clock.Readings;
        }
    }

    /// <summary>A downstream's Retry-After outlives what comes back meanwhile: a request that was refused by a later stage, or never sent.</summary>
    [Theory]
    [InlineData(1.0 / 60, 1, 1, 30)]
    [InlineData(10.0 / 60, 1, 1, 5)]
    [InlineData(1, 10, 10, 20)]
    public void Refund_DuringAHoldBack_DoesNotEndIt(double rate, int burst, int refunded, int seconds)
    {
        var clock = new DrivenClock();
        var bucket = new TokenBucket(rate, burst, clock);
        Assert.True(bucket.TryTake(burst, out _));
        bucket.HoldBack(TimeSpan.FromSeconds(seconds));
        bucket.Refund(refunded);
        bucket.UpdateLimits(rate, burst + 1);
        bucket.Refund(refunded);
        clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.False(bucket.TryTake());
        clock.Advance(TimeSpan.FromMilliseconds(1) + TimeSpan.FromTicks(2));
        Assert.True(bucket.TryTake());
        Assert.False(bucket.TryTake());

        // What was taken since comes back.
        bucket.Refund(1);
        Assert.True(bucket.TryTake());
    }

    /// <summary>A bucket with plenty settles several takes on one reading: sixteen more after the one that it was made for.</summary>
    [Fact]
    public void TryTake_Plentiful_AsksTheClockOnceForSeventeen()
    {
        var clock = new DrivenClock(10_000_000);
        var bucket = new TokenBucket(100_000, 1100, clock);
        Assert.All(Enumerable.Range(0, 170), _ => Assert.True(bucket.TryTake()));
        Assert.Equal((10, 0), clock.Readings);
        Assert.Equal(930, bucket.AvailablePermits);
    }

    /// <summary>What was prepaid counts as taken at the reading: however long ago that was, so much more than the burst, and no more.</summary>
    [Theory]
    [InlineData(100_000, 100_000, 16)]
    [InlineData(100_000, 1024, 16)]
    [InlineData(100_000, 1000, 15)]
    [InlineData(100_000, 64, 1)]
    [InlineData(100_000, 63, 0)]
    [InlineData(500, 1024, 5)]
    [InlineData(99, 1024, 0)]
    public void TryTake_PrepaidAndThenIdle_GivesTheBurstAndWhatWasPrepaid(double rate, int burst, int prepaid)
    {
        var clock = new DrivenClock(10_000_000);
        var bucket = new TokenBucket(rate, burst, clock);
        Assert.True(bucket.TryTake());
        clock.Advance(TimeSpan.FromHours(1));
        int taken = 0;
        while (bucket.TryTake())
        {
            taken++;
        }

        Assert.Equal(burst + prepaid, taken);
    }

    /// <summary>Refunds under a mark do not make it reach further.</summary>
    [Fact]
    public void Refund_UnderAPrepaidMark_LeavesNoMoreOfIt()
    {
        var clock = new DrivenClock(10_000_000);
        var bucket = new TokenBucket(100_000, 1024, clock);
        Assert.True(bucket.TryTake(900, out _));
        bucket.Refund(900);
        clock.Readings = default;
        Assert.True(bucket.TryTake());
        Assert.Equal((1, 0), clock.Readings);
        clock.Advance(TimeSpan.FromHours(1));
        int taken = 0;
        while (bucket.TryTake(out _))
        {
            taken++;
        }

        Assert.Equal(1040, taken);
    }

    /// <summary>Only a clock whose readings may err anyway is asked less often.</summary>
    [Fact]
    public void TryTake_PreciseClock_AsksForEachTake()
    {
        var clock = new DrivenClock();
        var bucket = new TokenBucket(100_000, 1000, clock);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.True(bucket.TryTake()));
        Assert.Equal(100, clock.Readings.Coarse + clock.Readings.Precise);
    }

    [Fact]
    public void TryTake_PrepaidButHeldBackOrChanged_AsksAgain()
    {
        var clock = new DrivenClock(10_000_000);
        var bucket = new TokenBucket(100_000, 1000, clock);
        Assert.True(bucket.TryTake());
        bucket.HoldBack(TimeSpan.FromMinutes(1));
        Assert.False(bucket.TryTake());
        bucket = new TokenBucket(100_000, 1000, clock);
        Assert.True(bucket.TryTake());
        bucket.UpdateLimits(100_000, 1);
        Assert.True(bucket.TryTake());
        Assert.False(bucket.TryTake());
    }
}
