using System.Threading.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting.Contract;

/// <summary>One partition of a partitioned limiter, so that it can stand under the same contract.</summary>
internal sealed class OnePartition(PartitionedRateLimiter<string> limiter) : RateLimiter
{
    private const string Key = "tenant-7";

    public override TimeSpan? IdleDuration => null;

    public override RateLimiterStatistics? GetStatistics() => limiter.GetStatistics(Key);

    protected override RateLimitLease AttemptAcquireCore(int permitCount) => limiter.AttemptAcquire(Key, permitCount);

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        limiter.AcquireAsync(Key, permitCount, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        limiter.Dispose();
        base.Dispose(disposing);
    }
}
