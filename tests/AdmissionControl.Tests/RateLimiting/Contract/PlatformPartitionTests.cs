using System.Threading.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting.Contract;

/// <summary>
/// Over concurrency, because a partition of rates is replenished by a heartbeat on the system's clock that no fact can hold still.
/// </summary>
public sealed class PlatformPartitionTests : PlatformLimiterContract
{
    protected override IEnumerable<KeyValuePair<string, string>> KnownFailures =>
    [
        .. base.KnownFailures,
        .. Because("No completion can be foretold.", nameof(RetryAfter_OfAFailedLease_IsThereAndNeverTooShort)),
        .. Because("A reason is declared and not given.", nameof(Lease_Failed_HasAValueForEveryNameThatItDeclares)),
        .. Because(
            "A partitioned limiter keeps its partitions' idle times to itself.",
            nameof(IdleDuration_NeverUsed_Grows),
            nameof(IdleDuration_AfterUse_BeginsAnew)),
    ];

    protected override Subject Create(Shape shape) => new ConcurrencySubject(
        new OnePartition(PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetConcurrencyLimiter(
            key,
            _ => new ConcurrencyLimiterOptions { PermitLimit = shape.Permits, QueueLimit = shape.QueueLimit, QueueProcessingOrder = shape.Order }))),
        shape);
}
