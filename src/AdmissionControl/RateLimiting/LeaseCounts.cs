using System.Threading.RateLimiting;
using AdmissionControl.Contention;

namespace AdmissionControl.RateLimiting;

/// <summary>
/// Counts the leases that an adapter has given, acquired or failed. Each count is exact; counting costs no atomic operation. Thread-safe.
/// </summary>
internal sealed class LeaseCounts
{
    private const int Succeeded = 0;
    private const int Failed = 1;

    private readonly ThreadCounters _counts = new(length: 2);

    public void CountSuccess() => _counts.RowOf(PerThread.Current).Increment(Succeeded);

    public void CountFailure() => _counts.RowOf(PerThread.Current).Increment(Failed);

    public RateLimiterStatistics Snapshot(long availablePermits, long queuedPermits)
    {
        long[] totals = _counts.Sums();
        return new RateLimiterStatistics
        {
            CurrentAvailablePermits = availablePermits,
            CurrentQueuedCount = queuedPermits,
            TotalSuccessfulLeases = totals[Succeeded],
            TotalFailedLeases = totals[Failed],
        };
    }
}
