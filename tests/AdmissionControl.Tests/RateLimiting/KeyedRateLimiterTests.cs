using System.Threading.RateLimiting;
using AdmissionControl.KeyedBuckets;
using AdmissionControl.Tests.RateLimiting.Contract;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.RateLimiting;

public sealed class KeyedRateLimiterTests : RateLimiterContract
{
    private readonly FakeTimeProvider _time = new();

    protected override IEnumerable<KeyValuePair<string, string>> KnownFailures =>
    [
        .. Because(
            "There is no queue, whose memory would grow with the keys that wait.",
            nameof(AcquireAsync_NoneThere_WaitsUntilTheyAre),
            nameof(AcquireAsync_NoPermits_WaitsUntilOneIsThereAndTakesNone),
            nameof(OldestFirst_PermitsComeBack_ServesTheOldest),
            nameof(OldestFirst_SomebodyWaits_ASmallerNewcomerDoesNotOvertake),
            nameof(OldestFirst_SomebodyWaits_NoPermitIsThereForANewcomer),
            nameof(OldestFirst_QueueFull_FailsTheNewcomer),
            nameof(NewestFirst_PermitsComeBack_ServesTheNewest),
            nameof(NewestFirst_SomebodyWaits_ANewcomerTakesWhatIsThere),
            nameof(NewestFirst_QueueFull_FailsTheOldestAndNoMore),
            nameof(NewestFirst_MoreThanTheQueueHolds_FailsAndDisplacesNobody),
            nameof(QueueLimit_CountsPermits_NotThoseWhoWait),
            nameof(Cancel_Waiting_ThrowsTheCallersTokenAndFreesThePlace),
            nameof(Cancel_First_TheNextIsServedAtOnce),
            nameof(Cancel_AfterTheGrant_ChangesNothing),
            nameof(Dispose_SomebodyWaits_EndsEveryWaitWithAFailedLease),
            nameof(DisposeAsync_SomebodyWaits_EndsEveryWaitWithAFailedLease),
            nameof(GetStatistics_SomebodyWaits_CountsTheirPermits),
            nameof(IdleDuration_SomebodyWaits_IsNull)),
        .. Because("A partitioned limiter has no idle time.", nameof(IdleDuration_NeverUsed_Grows), nameof(IdleDuration_AfterUse_BeginsAnew)),
    ];

    protected override Subject Create(Shape shape) => new DrivenSubject(
        new OnePartition(new KeyedTokenBuckets<string>(shape.PermitsPerSecond, shape.Permits, 1024, timeProvider: _time).AsPartitionedRateLimiter()),
        shape,
        _time);

    [Fact]
    public void AttemptAcquire_TwoKeys_EachHasItsOwnBucket()
    {
        using PartitionedRateLimiter<string> limiter = Buckets().AsPartitionedRateLimiter();
        Assert.True(limiter.AttemptAcquire("a", 3).IsAcquired);
        Assert.True(limiter.AttemptAcquire("b").IsAcquired);
        RateLimitLease failed = limiter.AttemptAcquire("a", 2);
        Assert.False(failed.IsAcquired);
        Assert.True(failed.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(0.2), retryAfter);
        _time.Advance(retryAfter);
        Assert.True(limiter.AttemptAcquire("a", 2).IsAcquired);
    }

    [Fact]
    public void GetStatistics_TwoKeys_HasTheKeysPermitsAndTheTotalsOfAll()
    {
        using PartitionedRateLimiter<string> limiter = Buckets().AsPartitionedRateLimiter();
        limiter.AttemptAcquire("a", 2);
        limiter.AttemptAcquire("b", 3);
        limiter.AttemptAcquire("b");
        RateLimiterStatistics a = limiter.GetStatistics("a")!;
        Assert.Equal((1, 0, 2, 1), (a.CurrentAvailablePermits, a.CurrentQueuedCount, a.TotalSuccessfulLeases, a.TotalFailedLeases));
        Assert.Equal(0, limiter.GetStatistics("b")!.CurrentAvailablePermits);
    }

    [Fact]
    public void WithTranslatedKey_AnyResource_IsLimitedByItsKey()
    {
        using PartitionedRateLimiter<Uri> limiter = Buckets().AsPartitionedRateLimiter().WithTranslatedKey<Uri>(uri => uri.Host, leaveOpen: false);
        Assert.True(limiter.AttemptAcquire(new Uri("http://a/1"), 3).IsAcquired);
        Assert.False(limiter.AttemptAcquire(new Uri("http://a/2")).IsAcquired);
        Assert.True(limiter.AttemptAcquire(new Uri("http://b/1")).IsAcquired);
    }

    [Fact]
    public void AttemptAcquire_PermitsThere_AllocatesNothing()
    {
        using PartitionedRateLimiter<string> limiter =
            new KeyedTokenBuckets<string>(1, 100_000, 1024, timeProvider: _time).AsPartitionedRateLimiter();
        limiter.AttemptAcquire("a").Dispose();
        long bytes = Allocated.In(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                limiter.AttemptAcquire("a").Dispose();
            }
        });

        Assert.InRange(bytes, 0, 1_000);
    }

    [Fact]
    public void AttemptAcquire_MoreThanTheBurst_SaysWhatIsAllowed()
    {
        using PartitionedRateLimiter<string> limiter = Buckets().AsPartitionedRateLimiter();
        ArgumentOutOfRangeException thrown = Assert.Throws<ArgumentOutOfRangeException>(() => limiter.AttemptAcquire("a", 4));
        Assert.Equal(("permitCount", 4), (thrown.ParamName, thrown.ActualValue));
        Assert.Contains("burst of 3", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => ((KeyedTokenBuckets<string>)null!).AsPartitionedRateLimiter());
    }

    private KeyedTokenBuckets<string> Buckets() => new(10, 3, 1024, timeProvider: _time);
}
