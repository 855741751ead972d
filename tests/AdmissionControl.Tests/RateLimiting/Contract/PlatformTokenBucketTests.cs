using System.Threading.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting.Contract;

public sealed class PlatformTokenBucketTests : PlatformLimiterContract
{
    protected override IEnumerable<KeyValuePair<string, string>> KnownFailures =>
    [
        .. base.KnownFailures,
        .. Because(
            "Periods are cut off to whole ones (dotnet/runtime issue 129036).",
            nameof(RetryAfter_OfAFailedLease_IsThereAndNeverTooShort)),
        .. Because(
            "The first refill after a drain is credited with the time for which the bucket was full.",
            nameof(Burst_AfterALongIdle_IsNotGivenTwice)),
        .. Because(
            "Any fraction of a token is said to be one (mended in 11.0).",
            nameof(AttemptAcquire_NoPermitsWhileAFractionIsThere_Fails)),
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
