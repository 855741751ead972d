using AdmissionControl.Tests.Timing;
using AdmissionControl.TokenBuckets;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.TokenBuckets;

/// <summary>Burst 1000 at 1000/s in most of them: four stripes of 31 permits, 124 in all, and a shared part of 876.</summary>
public class StripedTokenBucketTests
{
    private const int Burst = 1000;
    private const int Batch = 31;
    private const int Prepaid = 4 * Batch;

    private readonly DrivenClock _clock = new();
    private int _mine;

    private StripedTokenBucket Create(int burst = Burst, int stripes = 4, int batch = StripedTokenBucket.DefaultBatch) =>
        new(1000, burst, _clock, stripes, batch, () => _mine);

    [Theory]
    [InlineData(double.NaN, 1, 1, 1, "permitsPerSecond", "NaN")]
    [InlineData(1e9 + 1, 7, 1, 1, "permitsPerSecond", "with burst 7")]
    [InlineData(10, 0, 1, 1, "burst", "burst 0")]
    [InlineData(10, 5, 0, 1, "stripes", "0 stripes: it must be from 1 to 1024")]
    [InlineData(10, 5, 1025, 1, "stripes", "1025 stripes: it must be from 1 to 1024")]
    [InlineData(10, 5, 1, 0, "batch", "0 permits in a batch: it must be from 1 to 65536")]
    [InlineData(10, 5, 1, 65_537, "batch", "65537 permits in a batch: it must be from 1 to 65536")]
    public void Constructor_OutOfRange_NamesTheValueAndWhatIsAllowed(double rate, int burst, int stripes, int batch, string parameter, string part)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new StripedTokenBucket(rate, burst, stripes: stripes, batch: batch));
        Assert.Equal(parameter, error.ParamName);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 4, 64, Prepaid)]
    [InlineData(1000, 3, 64, Prepaid)]
    [InlineData(1_000_000, 4, 64, 256)]
    [InlineData(1000, 4, 10, 40)]
    [InlineData(1000, 4, 1, 0)]
    [InlineData(64, 4, 64, 8)]
    [InlineData(63, 4, 64, 0)]
    [InlineData(1, 1024, 65_536, 0)]
    [InlineData(int.MaxValue, 1024, 65_536, 1024 * 65_536)]
    public void Constructor_AnyBurst_IsFullAndHoldsAtMostAnEighthInStripes(int burst, int stripes, int batch, int prepaid)
    {
        StripedTokenBucket bucket = Create(burst, stripes, batch);
        Assert.Equal((prepaid, prepaid), (bucket.MaxPrepaidPermits, bucket.PrepaidPermits));
        Assert.Equal((burst, burst, 1000d), (bucket.AvailablePermits, bucket.Burst, bucket.PermitsPerSecond));
    }

    [Fact]
    public void Constructor_NothingElseGiven_TakesOnAnyProcessorFromTheSystemsClock()
    {
        var bucket = new StripedTokenBucket(TokenBucket.MinPermitsPerSecond, 100_000);
        for (int i = 0; i < 100_000; i++)
        {
            Assert.True(bucket.TryTake(), $"{i}");
        }

        Assert.False(bucket.TryTake(out TimeSpan retryAfter));
        Assert.InRange(retryAfter, TimeSpan.FromHours(23), TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Arguments_OutOfRange_Throw()
    {
        StripedTokenBucket bucket = Create();
        Assert.Equal("permits", Assert.Throws<ArgumentOutOfRangeException>(() => bucket.TryTake(0, out _)).ParamName);
        Assert.Equal("permits", Assert.Throws<ArgumentOutOfRangeException>(() => bucket.Refund(0)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => bucket.UpdateLimits(double.NaN, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => bucket.UpdateLimits(10, 0));
        Assert.Equal((1000d, Burst, Prepaid), (bucket.PermitsPerSecond, bucket.Burst, bucket.PrepaidPermits));
    }

    /// <summary>What it is for.</summary>
    [Fact]
    public void TryTake_FromItsStripe_ReadsTheClockOnceABatch()
    {
        StripedTokenBucket bucket = Create();
        for (int i = 0; i < Batch; i++)
        {
            Assert.True(bucket.TryTake());
        }

        Assert.Equal((0, 0), _clock.Readings);
        Assert.Equal(Prepaid - Batch, bucket.PrepaidPermits);

        // One from the shared bucket, and a batch for the stripe.
        Assert.True(bucket.TryTake());
        Assert.Equal(Prepaid, bucket.PrepaidPermits);
        _clock.Readings = default;
        for (int i = 0; i < Batch; i++)
        {
            Assert.True(bucket.TryTake(out TimeSpan retryAfter));
            Assert.Equal(TimeSpan.Zero, retryAfter);
        }

        Assert.Equal((0, 0), _clock.Readings);
    }

    [Fact]
    public void TryTake_SharedPartNearlyEmpty_FillsNoStripe()
    {
        StripedTokenBucket bucket = Create();
        for (int i = 0; i < Batch; i++)
        {
            Assert.True(bucket.TryTake());
        }

        // The shared part keeps less than all stripes hold, once the stripe had its batch.
        Assert.True(bucket.TryTake(Burst - Prepaid - 1 - Prepaid - Batch + 1, out _));
        Assert.True(bucket.TryTake());
        Assert.Equal(Prepaid - Batch, bucket.PrepaidPermits);
        _clock.Now += 1_000_000;
        Assert.True(bucket.TryTake());
        Assert.Equal(Prepaid - Batch, bucket.PrepaidPermits);

        // One more permit than it must keep.
        _clock.Now += 2_000_000;
        Assert.True(bucket.TryTake());
        Assert.Equal(Prepaid, bucket.PrepaidPermits);
    }

    /// <summary>Excess: none, and the bound is reached. Stranded: none, though one thread takes everything and the permits lie in four stripes.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void TryTake_OneThreadAlone_GetsEveryPermitOfEveryStripeAndNotOneMore(int permits)
    {
        StripedTokenBucket bucket = Create();
        int taken = 0;
        TimeSpan retryAfter;
        while (bucket.TryTake(permits, out retryAfter))
        {
            taken += permits;
        }

        int left = Burst % permits;
        Assert.Equal(Burst - left, taken);
        Assert.Equal(left, bucket.AvailablePermits);

        // Exactly then, by whatever stripe.
        Assert.Equal(TimeSpan.FromMilliseconds(permits - left), retryAfter);
        _mine = 2;
        _clock.Advance(retryAfter - TimeSpan.FromTicks(1));
        Assert.False(bucket.TryTake(permits, out _));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(bucket.TryTake(permits, out _));
        Assert.Equal(0, bucket.AvailablePermits);
    }

    /// <summary>Permits that lie in stripes for a year have their place in the burst all the time.</summary>
    [Fact]
    public void TryTake_StripesIdleForAYear_NoMoreThanTheBurst()
    {
        StripedTokenBucket bucket = Create();
        _clock.Advance(TimeSpan.FromDays(365));
        Assert.True(bucket.TryTake());
        Assert.Equal(Burst - 1, TakeAll(bucket));
    }

    /// <summary>Short: the least that is there after a pause, reached when every stripe was empty before it.</summary>
    [Fact]
    public void TryTake_StripesEmptyBeforeAPause_AllButTheirPartIsThere()
    {
        StripedTokenBucket bucket = Create();
        Assert.Equal(Burst, TakeAll(bucket));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(Burst - Prepaid, bucket.AvailablePermits);
        Assert.Equal(Burst - Prepaid, TakeAll(bucket));

        // Full stripes again, once takers on every processor have found plenty.
        _clock.Advance(TimeSpan.FromDays(1));
        for (_mine = 0; _mine < 4; _mine++)
        {
            Assert.True(bucket.TryTake());
        }

        Assert.Equal(Prepaid, bucket.PrepaidPermits);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(Burst, TakeAll(bucket));
    }

    [Fact]
    public void TryTake_MoreThanTheSharedPart_IsRefusedForEver()
    {
        StripedTokenBucket bucket = Create();
        Assert.False(bucket.TryTake(Burst - Prepaid + 1, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.MaxValue, retryAfter);
        Assert.True(bucket.TryTake(Burst - Prepaid, out _));
        Assert.Equal(Prepaid, TakeAll(bucket));
    }

    [Fact]
    public void TryTake_BurstTooSmallForStripes_IsTheExactBucket()
    {
        StripedTokenBucket bucket = Create(burst: 5);
        Assert.True(bucket.TryTake(5, out _));
        Assert.False(bucket.TryTake(out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.FromMilliseconds(1), retryAfter);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(5, TakeAll(bucket));
    }

    [Fact]
    public void Refund_SharedPartNotFull_IsThereForAnyStripe()
    {
        StripedTokenBucket bucket = Create();
        TakeAll(bucket);
        bucket.Refund(3);
        _mine = 3;
        Assert.Equal(3, bucket.AvailablePermits);
        Assert.True(bucket.TryTake(3, out _));
        Assert.False(bucket.TryTake());
    }

    [Fact]
    public void Refund_SharedPartFull_NeverMoreThanTheBurst()
    {
        StripedTokenBucket bucket = Create();
        Assert.True(bucket.TryTake());
        bucket.Refund(1);
        Assert.Equal(Burst - 1, bucket.AvailablePermits);
        Assert.Equal(Burst - 1, TakeAll(bucket));
    }

    /// <summary>One stripe of 16 and a shared part of 112, of which 5 are missing: what is not lacking stays in the stripe.</summary>
    [Fact]
    public void TryTake_StripeAndSharedPartTogether_NothingIsLost()
    {
        StripedTokenBucket bucket = Create(burst: 128, stripes: 1);
        Assert.True(bucket.TryTake(17, out _));
        bucket.Refund(12);
        Assert.Equal(123, bucket.AvailablePermits);
        Assert.True(bucket.TryTake(110, out TimeSpan retryAfter));
        Assert.Equal((TimeSpan.Zero, 13), (retryAfter, bucket.AvailablePermits));
        Assert.Equal(13, TakeAll(bucket));
    }

    [Theory]
    [InlineData(62, true)]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(100, false)]
    public void TryTake_SeveralStripesTogether_TakesExactlyOrPutsAllBack(int permits, bool isThere)
    {
        StripedTokenBucket bucket = Create();
        Assert.True(bucket.TryTake(Burst - Prepaid, out _));
        for (_mine = 2; _mine < 4; _mine++)
        {
            Assert.True(bucket.TryTake(Batch, out _));
        }

        _mine = 3;
        bucket.Refund(1);
        Assert.Equal(63, bucket.AvailablePermits);
        Assert.Equal(isThere, bucket.TryTake(permits, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.FromMilliseconds(isThere ? 0 : permits - 63), retryAfter);
        Assert.Equal(isThere ? 63 - permits : 63, bucket.AvailablePermits);
        Assert.Equal(isThere ? 63 - permits : 63, TakeAll(bucket));
    }

    [Theory]
    [InlineData(Burst, 2000)]
    [InlineData(Burst, Burst)]
    [InlineData(Burst, 800)]
    [InlineData(300, 1000)]
    [InlineData(300, 500)]
    [InlineData(0, 100_000)]
    [InlineData(10, 20)]
    [InlineData(Burst, 63)]
    [InlineData(500, 63)]
    [InlineData(200, Burst)]
    public void UpdateLimits_AnyFill_KeepsThePermitsUpToTheNewBurst(int available, int burst)
    {
        StripedTokenBucket bucket = Create();
        while (bucket.AvailablePermits > available)
        {
            _mine++;
            Assert.True(bucket.TryTake());
        }

        bucket.UpdateLimits(20, burst);
        Assert.Equal((20d, burst), (bucket.PermitsPerSecond, bucket.Burst));
        Assert.InRange(bucket.MaxPrepaidPermits, burst < 64 ? 0 : burst / 16 < 256 ? burst / 16 : 256, burst / 8);
        Assert.InRange(bucket.PrepaidPermits, 0, bucket.MaxPrepaidPermits);
        Assert.Equal(Math.Min(available, burst), bucket.AvailablePermits);
        Assert.Equal(Math.Min(available, burst), TakeAll(bucket));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(burst - bucket.MaxPrepaidPermits, TakeAll(bucket));
    }

    /// <summary>A thread that was filling a stripe while the batch became smaller puts nothing there that is too much now.</summary>
    [Fact]
    public void UpdateLimits_WhileAStripeIsFilled_NoMoreThanTheNewBurst()
    {
        StripedTokenBucket? bucket = null;
        int readings = 0;
        var clock = new HookedClock(() =>
        {
            // In the middle of the fill: the take's own reading was the one before.
            if (++readings == 2)
            {
                bucket!.UpdateLimits(1000, 100);
            }
        });
        bucket = new StripedTokenBucket(1000, Burst, clock, 4, StripedTokenBucket.DefaultBatch, () => 0);
        for (int i = 0; i <= Batch; i++)
        {
            Assert.True(bucket.TryTake());
        }

        Assert.Equal(12, bucket.MaxPrepaidPermits);
        Assert.InRange(bucket.PrepaidPermits, 0, 12);
        Assert.InRange(TakeAll(bucket), 1, 100);
    }

    [Fact]
    public void TryTake_FakeTime_FlowsInAtTheRate()
    {
        var time = new FakeTimeProvider();
        var bucket = new StripedTokenBucket(1000, Burst, time, stripes: 2);
        Assert.Equal(Burst, TakeAll(bucket));
        time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(250, TakeAll(bucket));
    }

    [Fact]
    public void TryTake_AnyPath_AllocatesNothing()
    {
        StripedTokenBucket bucket = Create();
        TakeAll(bucket);
        bucket.TryTake(5, out _);
        _clock.Advance(TimeSpan.FromSeconds(1));
        long bytes = Allocated.In(() =>
        {
            for (int i = 0; i < Burst; i++)
            {
                bucket.TryTake(out _);
                bucket.TryTake(3, out _);
            }
        });

        Assert.InRange(bytes, 0, 1_000);
    }

    private static int TakeAll(StripedTokenBucket bucket)
    {
        int taken = 0;
        while (bucket.TryTake())
        {
            taken++;
        }

        return taken;
    }
}
