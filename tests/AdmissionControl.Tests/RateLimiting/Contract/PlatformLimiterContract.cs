namespace AdmissionControl.Tests.RateLimiting.Contract;

/// <summary>What all of the platform's limiters with a queue have in common.</summary>
public abstract class PlatformLimiterContract : RateLimiterContract
{
    protected override IEnumerable<KeyValuePair<string, string>> KnownFailures =>
    [
        .. Because(
            "Who waits for no permits is let in whatever the limit of the queue, and nothing bounds their number.",
            nameof(AcquireAsync_NoPermitsAndNoQueue_FailsAtOnceWhileNoneIsThere)),
        .. Because(
            "Permits that are due to those who wait are said to be there for a newcomer.",
            nameof(OldestFirst_SomebodyWaits_NoPermitIsThereForANewcomer)),
        .. Because("Nobody looks at the queue when the first in it cancels.", nameof(Cancel_First_TheNextIsServedAtOnce)),
    ];
}
