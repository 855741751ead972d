using System.Threading.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting.Contract;

public sealed class PlatformConcurrencyLimiterTests : PlatformLimiterContract
{
    protected override IEnumerable<KeyValuePair<string, string>> KnownFailures =>
    [
        .. base.KnownFailures,
        .. Because("No completion can be foretold.", nameof(RetryAfter_OfAFailedLease_IsThereAndNeverTooShort)),
        .. Because("A reason is declared and not given.", nameof(Lease_Failed_HasAValueForEveryNameThatItDeclares)),
    ];

    protected override Subject Create(Shape shape) => new ConcurrencySubject(
        new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = shape.Permits,
            QueueLimit = shape.QueueLimit,
            QueueProcessingOrder = shape.Order,
        }),
        shape);
}
