namespace AdmissionControl.Hosting;

/// <summary>Whether the thread pool has had anything to do since the last look.</summary>
/// <remarks>
/// A work item in an idle pool wakes a thread, which then spins for a while in case there is more: some hundred times the cost of the
/// item, twenty times a second. So an idle pool is left alone. For one thread at a time.
/// </remarks>
/// <param name="count">The items that the pool has completed so far, and those that wait in it.</param>
internal sealed class PoolActivity(Func<(long Completed, long Pending)> count)
{
    // One may be the witness's own.
    private const long MostOfAnIdlePool = 1;

    private long _completed;

    /// <summary>That of the process's pool.</summary>
    public PoolActivity()
        : this(static () => (ThreadPool.CompletedWorkItemCount, ThreadPool.PendingWorkItemCount))
    {
    }

    /// <summary>Looks. Idle means that nothing waits, and that at most one item was completed since the last look.</summary>
    public bool IsIdle()
    {
        (long completed, long pending) = count();
        bool isIdle = pending == 0 && completed - _completed <= MostOfAnIdlePool;
        _completed = completed;
        return isIdle;
    }
}
