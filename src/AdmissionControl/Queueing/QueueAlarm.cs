namespace AdmissionControl.Queueing;

/// <summary>A timer that calls once at the earliest moment that it was set for. A call that comes too early does no harm: who is called looks again and sets it anew.</summary>
/// <remarks><see cref="Set"/> is called under the queue's lock, the call comes outside of it.</remarks>
internal sealed class QueueAlarm : IDisposable
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly Action _call;
    private readonly ITimer _timer;
    private long _setFor = long.MaxValue;

    public QueueAlarm(TimeProvider timeProvider, Action call)
    {
        _call = call;

        // A timer would otherwise keep the context of whoever built the controller alive.
        using AsyncFlowControl flow = ExecutionContext.SuppressFlow();
        _timer = timeProvider.CreateTimer(static state => ((QueueAlarm)state!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Makes it call at the given time or before.</summary>
    public void Set(long now, long at)
    {
        if (at >= _setFor)
        {
            return;
        }

        // Timers count in milliseconds and cut fractions off: round up, or the call comes before there is anything to grant.
        long milliseconds = Math.Clamp((at - now + NanosecondsPerMillisecond - 1) / NanosecondsPerMillisecond, 1, int.MaxValue);
        _setFor = at;
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private void Ring()
    {
        // Written without the lock: at worst the timer is set once more than needed.
        Volatile.Write(ref _setFor, long.MaxValue);
        _call();
    }
}
