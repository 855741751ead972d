using AdmissionControl.Tests.Timing;
using AdmissionControl.TokenBuckets;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.TokenBuckets;

public class CompositeRateTests
{
    [Fact]
    public void Constructor_Rates_HaveTheBurstOfOnePeriod()
    {
        var rate = new CompositeRate(Rate.Parse("30/s"), Rate.Parse("400/min"), Rate.Parse("0.5/s"), Rate.Parse("7.9/10s"), Rate.Parse("1e10/h"));
        Assert.Equal([30, 400, 1, 7, int.MaxValue], rate.Buckets.Select(b => b.Burst));
        Assert.Equal([30, 400 / 60.0, 0.5, 0.79, 1e10 / 3600], rate.Buckets.Select(b => b.PermitsPerSecond));
    }

    [Fact]
    public void Constructor_RatesAndBursts_TakesThemAsTheyAre()
    {
        var rate = new CompositeRate(new FakeTimeProvider(), (Rate.Parse("30/s"), 5), (Rate.Parse("400/min"), 200));
        Assert.Equal([5, 200], rate.Buckets.Select(b => b.Burst));
        Assert.Equal(5, rate.AvailablePermits);
    }

    [Fact]
    public void Constructor_NothingOrNonsense_SaysSo()
    {
        Assert.Contains("at least 1", Assert.Throws<ArgumentException>(() => new CompositeRate(Array.Empty<Rate>())).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new CompositeRate(new TokenBucket(1, 1), null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompositeRate(Rate.Parse("1/s"), default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompositeRate(null, (Rate.Parse("1/s"), 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompositeRate(Rate.Parse("2e9/s")));
        var bucket = new TokenBucket(1, 1);
        Assert.Contains("0 and 2", Assert.Throws<ArgumentException>(() => new CompositeRate(bucket, new TokenBucket(1, 1), bucket)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompositeRate(bucket).TryTake(0, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompositeRate(bucket).Refund(0));
    }

    [Fact]
    public void TryTake_OneRateLacks_TakesFromNone()
    {
        // The lacking one first, in the middle and last.
        for (int lacking = 0; lacking < 3; lacking++)
        {
            var clock = new DrivenClock();
            TokenBucket[] buckets = [new(1, 10, clock), new(2, 20, clock), new(3, 30, clock)];
            Assert.True(buckets[lacking].TryTake(buckets[lacking].Burst, out _));
            long[] before = [.. buckets.Select(b => b.Line.ArrivalTime)];
            var rate = new CompositeRate(buckets);

            Assert.False(rate.TryTake());
            Assert.False(rate.TryTake(5, out _));

            Assert.Equal(before, buckets.Select(b => b.Line.ArrivalTime));
            Assert.Equal(0, rate.AvailablePermits);
        }
    }

    [Fact]
    public void TryTake_SeveralLack_AsksForTheLongestTime()
    {
        var time = new FakeTimeProvider();
        var rate = new CompositeRate(time, Rate.Parse("10/s"), Rate.Parse("20/min"));
        Assert.True(rate.TryTake(10, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.Zero, retryAfter);

        Assert.False(rate.TryTake(out retryAfter));
        Assert.InRange(retryAfter, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100) + TimeSpan.FromTicks(1));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(rate.TryTake(10, out _));

        // 10/s lacks one for 100 ms, 20/min, of which a third has flowed in, for 2 s.
        Assert.False(rate.TryTake(out retryAfter));
        Assert.InRange(retryAfter, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2) + TimeSpan.FromTicks(1));
        time.Advance(retryAfter);
        Assert.True(rate.TryTake());
        Assert.False(rate.TryTake());
    }

    [Fact]
    public void TryTake_MoreThanTheSmallestBurst_IsNeverThere()
    {
        var rate = new CompositeRate(Rate.Parse("30/s"), Rate.Parse("400/min"));
        Assert.False(rate.TryTake(31, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.MaxValue, retryAfter);
        Assert.True(rate.TryTake(30, out _));
    }

    [Fact]
    public void TryTake_AMinuteAfterAPause_AdmitsTheBurstAndWhatFlowsIn()
    {
        var time = new FakeTimeProvider();
        var rate = new CompositeRate(time, Rate.Parse("400/min"), Rate.Parse("30/s"));
        int admitted = 0;
        for (int i = 0; i < 60_000; i++)
        {
            admitted += rate.TryTake() ? 1 : 0;
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(admitted, 799, 800);
    }

    [Fact]
    public void HoldBack_ManyRates_HoldsBackAllAndEmptiesOnlyTheFastest()
    {
        var time = new FakeTimeProvider();
        var rate = new CompositeRate(time, Rate.Parse("10000/h"), Rate.Parse("30/s"), Rate.Parse("400/min"));
        rate.HoldBack(TimeSpan.FromSeconds(5));
        Assert.False(rate.TryTake(out TimeSpan retryAfter));
        Assert.InRange(retryAfter, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5) + TimeSpan.FromTicks(2));
        Assert.Equal([10_000, 0, 400], rate.Buckets.Select(b => b.AvailablePermits));
        time.Advance(retryAfter + TimeSpan.FromSeconds(1));
        Assert.True(rate.TryTake(30, out _));
    }

    [Fact]
    public void TryTake_LosesARaceForTheSecondBucket_GivesTheFirstItsPermitsBack()
    {
        // The first bucket's clock takes what the second has, after the look and before the take: the second reading of a call.
        var second = new TokenBucket(1, 10, new DrivenClock());
        int readings = 0;
        var hooked = new HookedClock(() =>
        {
            if (++readings == 2)
            {
                second.TryTake(10, out _);
            }
        });
        var first = new TokenBucket(1, 10, hooked);
        var rate = new CompositeRate(first, second);

        Assert.False(rate.TryTake(3, out TimeSpan retryAfter));

        Assert.True(retryAfter > TimeSpan.Zero);
        hooked.Hook = null;
        Assert.Equal(10, first.AvailablePermits);
    }

    [Fact]
    public void Buckets_OneUpdated_TheCompositeFollows()
    {
        var rate = new CompositeRate(new FakeTimeProvider(), Rate.Parse("30/s"), Rate.Parse("400/min"));
        rate.Buckets[0].UpdateLimits(5, 5);
        Assert.Equal(5, rate.AvailablePermits);
        Assert.False(rate.TryTake(6, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.MaxValue, retryAfter);
    }
}
