using System.Threading.RateLimiting;
using AdmissionControl.Queueing;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.RateLimiting;

/// <summary>A token bucket as one of the platform's limiters. See <see cref="TokenBucketExtensions.AsRateLimiter"/>.</summary>
/// <remarks>Not a <see cref="ReplenishingRateLimiter"/>: tokens flow in by the clock, and there is nothing to replenish by hand.</remarks>
internal sealed class BucketRateLimiter(TokenBucket bucket, int queueLimit, QueueProcessingOrder queueProcessingOrder)
    : PermitRateLimiter(new BucketSource(bucket), queueLimit, queueProcessingOrder, bucket.TimeProvider)
{
    private readonly long _createdAt = bucket.TimeProvider.GetTimestamp();

    /// <summary>
    /// How long the bucket has been full, but no longer than there has been this limiter: a new one must not look as if it could go.
    /// </summary>
    public override TimeSpan? IdleDuration
    {
        get
        {
            TimeSpan age = bucket.TimeProvider.GetElapsedTime(_createdAt);
            return HasWaiters || bucket.FullFor is not { } fullFor ? null : fullFor < age ? fullFor : age;
        }
    }

    protected override int AvailablePermits => bucket.AvailablePermits;

    protected override RejectionReason SourceReason => RejectionReason.Rate;

    protected override void ThrowIfNeverThere(int permitCount)
    {
        int burst = bucket.Burst;
        if (permitCount > burst)
        {
            throw new ArgumentOutOfRangeException(
                nameof(permitCount), permitCount, $"A bucket with a burst of {burst} never has so many permits.");
        }
    }

    protected override RateLimitLease Hold(int permits) => AcquiredLease.Shared;

    protected override TimeSpan? WhenThere(int permits, TimeSpan retryAfter)
    {
        if (retryAfter == TimeSpan.Zero)
        {
            int least = Math.Max(1, permits);
            retryAfter = bucket.TimeUntil((long)least + WaitingPermits, least, reserve: 0);
        }

        return retryAfter == TimeSpan.MaxValue ? null : retryAfter;
    }
}
