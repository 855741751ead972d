using System.Threading.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting.Contract;

public sealed class PlatformConcurrencyLimiterTests : RateLimiterContract
{
    protected override IEnumerable<KeyValuePair<string, string>> KnownFailures =>
    [
        .. Because("Who waits for no permits is let in whatever the limit of the queue, and nothing bounds their number.", nameof(AcquireAsync_NoPermitsAndNoQueue_FailsAtOnceWhileNoneIsThere)),
        .. Because("Permits that are due to those who wait are said to be there for a newcomer.", nameof(OldestFirst_SomebodyWaits_NoPermitIsThereForANewcomer)),
        .. Because("Nobody looks at the queue when the first in it cancels.", nameof(Cancel_First_TheNextIsServedAtOnce)),
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
