using System.Threading.RateLimiting;
using AdmissionControl.Tests.RateLimiting.Contract;
using AdmissionControl.TokenBuckets;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.RateLimiting;

public sealed class BucketRateLimiterTests : RateLimiterContract
{
    private readonly FakeTimeProvider _time = new();

    protected override Subject Create(Shape shape) => new DrivenSubject(
        new TokenBucket(shape.PermitsPerSecond, shape.Permits, _time).AsRateLimiter(shape.QueueLimit, shape.Order), shape, _time);

    [Fact]
    public void RetryAfter_WaitedExactly_IsEnoughAndNotTooMuch()
    {
        using RateLimiter limiter = Bucket(burst: 100).AsRateLimiter();
        limiter.AttemptAcquire(100);
        TimeSpan told = RetryAfter(limiter.AttemptAcquire(15));
        Assert.Equal(TimeSpan.FromSeconds(1.5), told);
        _time.Advance(told - TimeSpan.FromTicks(1));
        Assert.False(limiter.AttemptAcquire(15).IsAcquired);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(limiter.AttemptAcquire(15).IsAcquired);
    }

    [Fact]
    public void RetryAfter_NoWholeTick_IsRoundedUp()
    {
        using RateLimiter limiter = new TokenBucket(3, 1, _time).AsRateLimiter();
        limiter.AttemptAcquire();
        TimeSpan told = RetryAfter(limiter.AttemptAcquire());
        Assert.Equal(TimeSpan.FromTicks(3_333_334), told);
        _time.Advance(told);
        Assert.True(limiter.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public async Task RetryAfter_SomebodyWaits_ComesAfterThem()
    {
        using RateLimiter limiter = Bucket(burst: 3).AsRateLimiter(queueLimit: 3);
        limiter.AttemptAcquire(3);
        _ = limiter.AcquireAsync(3).AsTask();
        Assert.Equal(TimeSpan.FromSeconds(0.4), RetryAfter(limiter.AttemptAcquire()));
        Assert.Equal(TimeSpan.FromSeconds(0.4), RetryAfter(limiter.AttemptAcquire(0)));
        RateLimitLease full = await limiter.AcquireAsync(1);
        Assert.Equal((TimeSpan.FromSeconds(0.4), "Queue limit reached"), (RetryAfter(full), Phrase(full)));
    }

    [Fact]
    public async Task AcquireAsync_Displaced_SaysSoAndWhenToComeBack()
    {
        using RateLimiter limiter = Bucket(burst: 3).AsRateLimiter(queueLimit: 1, QueueProcessingOrder.NewestFirst);
        limiter.AttemptAcquire(3);
        Task<RateLimitLease> oldest = limiter.AcquireAsync().AsTask();
        _ = limiter.AcquireAsync().AsTask();
        RateLimitLease displaced = await oldest;
        Assert.Equal((TimeSpan.FromSeconds(0.2), "Displaced from the queue"), (RetryAfter(displaced), Phrase(displaced)));
    }

    /// <summary>What is waited for can never be there any more, so there is no time to come back.</summary>
    [Fact]
    public async Task AcquireAsync_BurstLoweredBelowWhatIsWaitedFor_FailsWithoutATime()
    {
        TokenBucket bucket = Bucket(burst: 3);
        using RateLimiter limiter = bucket.AsRateLimiter(queueLimit: 3);
        limiter.AttemptAcquire(3);
        Task<RateLimitLease> waiting = limiter.AcquireAsync(3).AsTask();
        bucket.UpdateLimits(10, 2);
        RateLimitLease failed = await waiting;
        Assert.Equal((false, "Rate limit reached"), (failed.IsAcquired, Phrase(failed)));
        Assert.False(failed.TryGetMetadata(MetadataName.RetryAfter, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => limiter.AttemptAcquire(3));
    }

    [Fact]
    public async Task Dispose_BucketShared_OthersGoOn()
    {
        TokenBucket bucket = Bucket(burst: 3);
        RateLimiter limiter = bucket.AsRateLimiter(queueLimit: 3);
        using RateLimiter other = bucket.AsRateLimiter(queueLimit: 3);
        Assert.True(other.AttemptAcquire(2).IsAcquired);
        Assert.False(limiter.AttemptAcquire(2).IsAcquired);
        Task<RateLimitLease> ended = limiter.AcquireAsync(2).AsTask();
        Task<RateLimitLease> waiting = other.AcquireAsync(2).AsTask();
        limiter.Dispose();
        RateLimitLease failed = await ended;
        Assert.Equal((false, "Shutting down"), (failed.IsAcquired, Phrase(failed)));
        Assert.False(failed.TryGetMetadata(MetadataName.RetryAfter, out _));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True((await waiting.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System)).IsAcquired);
    }

    /// <summary>Partitions of the platform's make and dispose limiters for ever; a bucket that outlives them must not keep them.</summary>
    [Fact]
    public void Dispose_BucketLivesOn_NothingOfTheLimiterStays()
    {
        TokenBucket bucket = Bucket(burst: 3);
        WeakReference limiter = MakeAndDispose(bucket);

        // A thread of the pool may have ended the wait just now and still hold on to it.
        Assert.True(SpinWait.SpinUntil(() => IsCollected(limiter), TimeSpan.FromMinutes(1)), "Something keeps the limiter.");
        GC.KeepAlive(bucket);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference MakeAndDispose(TokenBucket bucket)
        {
            RateLimiter limiter = bucket.AsRateLimiter(queueLimit: 3);
            limiter.AttemptAcquire(3);
            _ = limiter.AcquireAsync(3).AsTask();
            limiter.Dispose();
            return new WeakReference(limiter);
        }

        static bool IsCollected(WeakReference reference)
        {
            GC.Collect();
            return !reference.IsAlive;
        }
    }

    /// <summary>A partition that was just made must not be taken for one that nobody has used for a long time.</summary>
    [Fact]
    public void IdleDuration_BucketFullForLong_IsNoLongerThanTheLimiterExists()
    {
        TokenBucket bucket = Bucket(burst: 3);
        _time.Advance(TimeSpan.FromHours(1));
        using RateLimiter limiter = bucket.AsRateLimiter();
        Assert.Equal(TimeSpan.Zero, limiter.IdleDuration);
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.FromSeconds(7), limiter.IdleDuration);
        Assert.True(bucket.TryTake());
        Assert.Null(limiter.IdleDuration);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(4.9), limiter.IdleDuration);
    }

    [Fact]
    public void Acquire_PermitsThere_AllocatesNothing()
    {
        using RateLimiter limiter = new TokenBucket(1, 100_000, _time).AsRateLimiter(queueLimit: 1);
        Assert.True(limiter.AttemptAcquire().IsAcquired && limiter.AcquireAsync().Result.IsAcquired);
        long bytes = Allocated.In(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                limiter.AttemptAcquire().Dispose();
                limiter.AcquireAsync().Result.Dispose();
            }
        });

        Assert.InRange(bytes, 0, 1_000);
    }

    [Fact]
    public void AsRateLimiter_BadArguments_AreNamed()
    {
        TokenBucket bucket = Bucket(burst: 3);
        Assert.Equal("queueLimit", Assert.Throws<ArgumentOutOfRangeException>(() => bucket.AsRateLimiter(-1)).ParamName);
        ArgumentOutOfRangeException order = Assert.Throws<ArgumentOutOfRangeException>(() => bucket.AsRateLimiter(1, (QueueProcessingOrder)7));
        Assert.Equal(("queueProcessingOrder", (QueueProcessingOrder)7), (order.ParamName, order.ActualValue));
        Assert.Throws<ArgumentNullException>(() => ((TokenBucket)null!).AsRateLimiter());
        ArgumentOutOfRangeException permits = Assert.Throws<ArgumentOutOfRangeException>(() => bucket.AsRateLimiter().AttemptAcquire(4));
        Assert.Equal(("permitCount", 4), (permits.ParamName, permits.ActualValue));
        Assert.Contains("burst of 3", permits.Message, StringComparison.Ordinal);
    }

    private TokenBucket Bucket(int burst) => new(10, burst, _time);

    private static TimeSpan RetryAfter(RateLimitLease lease)
    {
        Assert.True(lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan retryAfter));
        return retryAfter;
    }

    private static string? Phrase(RateLimitLease lease) => lease.TryGetMetadata(MetadataName.ReasonPhrase, out string? phrase) ? phrase : null;
}
