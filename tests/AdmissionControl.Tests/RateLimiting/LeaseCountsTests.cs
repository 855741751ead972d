using System.Threading.RateLimiting;
using AdmissionControl.Contention;
using AdmissionControl.RateLimiting;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Tests.RateLimiting;

public class LeaseCountsTests
{
    [Fact]
    public void Snapshot_CountedByManyThreads_IsExact()
    {
        var counts = new LeaseCounts();
        Parallel.For(0, 3_000, i => (i % 3 == 0 ? (Action)counts.CountFailure : counts.CountSuccess)());
        RateLimiterStatistics statistics = counts.Snapshot(availablePermits: 4, queuedPermits: 5);
        Assert.Equal((2_000, 1_000), (statistics.TotalSuccessfulLeases, statistics.TotalFailedLeases));
        Assert.Equal((4, 5), (statistics.CurrentAvailablePermits, statistics.CurrentQueuedCount));
    }

    /// <summary>ASP.NET Core's rate limiting may make a limiter for each of its clients: they must not displace the counters of the controllers.</summary>
    [Fact]
    public void AsRateLimiter_OneForEachOfManyPartitions_LeavesTheThreadsRowsAlone()
    {
        var counters = new ThreadCounters(length: 1);
        CounterRow row = counters.RowOf(PerThread.Current);
        var bucket = new TokenBucket(permitsPerSecond: 1000, burst: 1000);
        for (int i = 0; i < 2 * PerThread.RowCount; i++)
        {
            using RateLimiter limiter = bucket.AsRateLimiter();
            limiter.AttemptAcquire(1).Dispose();
        }

        Assert.Contains(row, Enumerable.Range(0, PerThread.RowCount).Select(place => PerThread.Current.RowAt(place)));
    }
}
