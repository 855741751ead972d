using System.Threading.RateLimiting;

namespace AdmissionControl.RateLimiting;

/// <summary>Counts the leases that an adapter has given, acquired or failed. Each count is exact. Thread-safe.</summary>
/// <remarks>
/// Plain shared counters: ASP.NET Core's rate limiting makes a limiter for each partition and makes it anew after a pause, and a limiter should cost neither one of the few places for
/// counters by thread (<see cref="Contention.PerThread.RowCount"/>) nor their memory. For the same reason they are not padded: who counts here has just changed the one
/// word of the bucket or gate, so one more word that is fought for is no more than the same again.
/// </remarks>
internal sealed class LeaseCounts
{
    private long _succeeded;
    private long _failed;

    public void CountSuccess() => Interlocked.Increment(ref _succeeded);

    public void CountFailure() => Interlocked.Increment(ref _failed);

    public RateLimiterStatistics Snapshot(long availablePermits, long queuedPermits) => new()
    {
        CurrentAvailablePermits = availablePermits,
        CurrentQueuedCount = queuedPermits,
        TotalSuccessfulLeases = Volatile.Read(ref _succeeded),
        TotalFailedLeases = Volatile.Read(ref _failed),
    };
}
