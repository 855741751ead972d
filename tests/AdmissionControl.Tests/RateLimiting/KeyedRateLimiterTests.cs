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
}
