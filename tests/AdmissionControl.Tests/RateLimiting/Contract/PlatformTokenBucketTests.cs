using System.Threading.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting.Contract;

public sealed class PlatformTokenBucketTests : RateLimiterContract
{
    protected override IEnumerable<KeyValuePair<string, string>> KnownFailures =>
    [
        .. Because("Who waits for no permits is let in whatever the limit of the queue, and nothing bounds their number.", nameof(AcquireAsync_NoPermitsAndNoQueue_FailsAtOnceWhileNoneIsThere)),
        .. Because("Permits that are due to those who wait are said to be there for a newcomer.", nameof(OldestFirst_SomebodyWaits_NoPermitIsThereForANewcomer)),
        .. Because("Nobody looks at the queue when the first in it cancels.", nameof(Cancel_First_TheNextIsServedAtOnce)),
        .. Because("Periods are cut off to whole ones (dotnet/runtime issue 129036).", nameof(RetryAfter_OfAFailedLease_IsThereAndNeverTooShort)),
        .. Because("The first refill after a drain is credited with the time for which the bucket was full.", nameof(Burst_AfterALongIdle_IsNotGivenTwice)),
        .. Because("Any fraction of a token is said to be one (mended in 11.0).", nameof(AttemptAcquire_NoPermitsWhileAFractionIsThere_Fails)),
    ];

    protected override Subject Create(Shape shape) => new(
        new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = shape.Permits,
            TokensPerPeriod = shape.PermitsPerPeriod,
            ReplenishmentPeriod = shape.Period,
            AutoReplenishment = false,
            QueueLimit = shape.QueueLimit,
            QueueProcessingOrder = shape.Order,
        }),
        shape);
}
