using System.Threading.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting.Contract;

public sealed class PlatformFixedWindowTests : RateLimiterContract
{
    protected override IEnumerable<KeyValuePair<string, string>> KnownFailures =>
    [
        .. Because("Who waits for no permits is let in whatever the limit of the queue, and nothing bounds their number.", nameof(AcquireAsync_NoPermitsAndNoQueue_FailsAtOnceWhileNoneIsThere)),
        .. Because("Permits that are due to those who wait are said to be there for a newcomer.", nameof(OldestFirst_SomebodyWaits_NoPermitIsThereForANewcomer)),
        .. Because("Nobody looks at the queue when the first in it cancels.", nameof(Cancel_First_TheNextIsServedAtOnce)),
    ];

    protected override Subject Create(Shape shape) => new(
        new FixedWindowRateLimiter(new FixedWindowRateLimiterOptions
        {
            PermitLimit = shape.Permits,
            Window = shape.TimeOf(shape.Permits),
            AutoReplenishment = false,
            QueueLimit = shape.QueueLimit,
            QueueProcessingOrder = shape.Order,
        }),
        shape);
}
