namespace AdmissionControl.Hosting;

/// <summary>The thread that ticks a <see cref="PoolProbe"/> until it is disposed.</summary>
/// <remarks>
/// The one exception to the rule that time comes from a <see cref="TimeProvider"/>: its timers call back on the thread pool, so they
/// would be delayed by what is to be measured, and a pool that is stuck would not be probed at all. The wait is a monitor's.
/// </remarks>
internal sealed class ProbeThread : IDisposable
{
    /// <summary>Between two ticks. A late one does no harm: an item's delay begins when it is posted.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly object _signal = new();
    private readonly PoolProbe _probe;
    private bool _isStopped;

    /// <summary>Starts the thread.</summary>
    /// <exception cref="OutOfMemoryException">The system gives no further thread.</exception>
    /// <exception cref="ThreadStartException">The thread did not start.</exception>
    public ProbeThread(PoolProbe probe)
    {
        _probe = probe;
        new Thread(Run) { IsBackground = true, Name = "AdmissionControl host witness" }.UnsafeStart();
    }

    /// <summary>Lets the thread end, without waiting for it. May be called again.</summary>
    public void Dispose()
    {
        lock (_signal)
        {
            _isStopped = true;
            Monitor.Pulse(_signal);
        }
    }

    private void Run()
    {
        lock (_signal)
        {
            while (!_isStopped)
            {
                _probe.Tick();
                Monitor.Wait(_signal, Interval);
            }
        }
    }
}
