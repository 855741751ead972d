namespace AdmissionControl.Hosting;

/// <summary>Measures how long one small work item waits in the global queue of the thread pool, again and again.</summary>
/// <remarks>
/// The one item is this object, so a tick allocates nothing. The lock is held for less than a microsecond, twenty times a second and
/// with each reading. Thread-safe; ticked by one thread.
/// </remarks>
/// <param name="time">The clock.</param>
/// <param name="activity">Tells when no item is needed.</param>
/// <param name="post">Posts the item; it may fail.</param>
internal sealed class PoolProbe(TimeProvider time, PoolActivity activity, Action<IThreadPoolWorkItem> post)
    : IHostWitness, IThreadPoolWorkItem
{
    private readonly long _origin = time.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly DelayHistory _history = new();

    /// <summary>A probe of the process's pool.</summary>
    public PoolProbe()
        : this(TimeProvider.System, new PoolActivity(), static item => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false))
    {
    }

    public TimeSpan? Delay
    {
        get
        {
            lock (_lock)
            {
                return _history.MedianAt(Now);
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>Posts the item, unless it still waits or the pool is idle. Does not throw.</summary>
    public void Tick()
    {
        bool isIdle = activity.IsIdle();
        lock (_lock)
        {
            if (!_history.TryPost(Now, isIdle))
            {
                return;
            }
        }

        try
        {
            post(this);
        }
        catch (Exception)
        {
            // Out of memory, most likely. Thrown from here it would end the process, and an item that nobody runs would pass for a stuck
            // pool.
            lock (_lock)
            {
                _history.Withdraw();
            }
        }
    }

    /// <summary>The item, on a thread of the pool.</summary>
    public void Execute()
    {
        // Read first, so that the delay is not that of the lock.
        TimeSpan now = Now;
        lock (_lock)
        {
            _history.Ran(now);
        }
    }
}
