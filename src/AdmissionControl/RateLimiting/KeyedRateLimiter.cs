using System.Threading.RateLimiting;
using AdmissionControl.KeyedBuckets;

namespace AdmissionControl.RateLimiting;

/// <summary>
/// Keyed buckets as the platform's limiter of partitions. See <see cref="KeyedTokenBucketsExtensions.AsPartitionedRateLimiter"/>.
/// </summary>
internal sealed class KeyedRateLimiter<TKey>(KeyedTokenBuckets<TKey> buckets) : PartitionedRateLimiter<TKey>
    where TKey : notnull
{
    private readonly LeaseCounts _counts = new();
    private volatile bool _isDisposed;

    public override RateLimiterStatistics? GetStatistics(TKey resource)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _counts.Snapshot(buckets.AvailablePermits(resource), queuedPermits: 0);
    }

    protected override RateLimitLease AttemptAcquireCore(TKey resource, int permitCount)
    {
        int burst = buckets.Burst;
        if (permitCount > burst)
        {
            throw new ArgumentOutOfRangeException(
                nameof(permitCount), permitCount, $"Buckets with a burst of {burst} never have so many permits.");
        }

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (permitCount == 0 ? buckets.Has(resource, 1, out TimeSpan retryAfter) : buckets.TryTake(resource, permitCount, out retryAfter))
        {
            _counts.CountSuccess();
            return AcquiredLease.Shared;
        }

        _counts.CountFailure();
        return new RefusedLease(RejectionReason.PartitionRate, retryAfter == TimeSpan.MaxValue ? null : retryAfter);
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(TKey resource, int permitCount, CancellationToken cancellationToken) =>
        new(AttemptAcquireCore(resource, permitCount));

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        base.Dispose(disposing);
    }
}
