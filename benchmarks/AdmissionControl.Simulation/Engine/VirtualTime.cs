namespace AdmissionControl.Simulation.Engine;

/// <summary>The time of one simulation: it stands still until the next event, and then jumps. Its timers are events.</summary>
internal sealed class VirtualTime : TimeProvider
{
    public const long Second = 1_000_000_000;

    private readonly EventQueue _events;

    public VirtualTime(EventQueue events) => _events = events;

    /// <summary>Nanoseconds since the simulation began.</summary>
    public long Now { get; set; }

    public override long TimestampFrequency => Second;

    public override long GetTimestamp() => Now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Now / 100);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public static long Nanoseconds(double seconds) => (long)Math.Min(long.MaxValue / 4, seconds * Second);

    /// <summary>A timer as an event. A change makes the event that stands in the queue a stale one.</summary>
    internal sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private long _period;
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _version++;
            _period = period.Ticks * 100;
            if (dueTime >= TimeSpan.Zero)
            {
                time._events.Push(time.Now + (dueTime.Ticks * 100), EventKind.Timer, this, _version);
            }

            return true;
        }

        public void Fire(int version)
        {
            if (version != _version)
            {
                return;
            }

            if (_period > 0)
            {
                time._events.Push(time.Now + _period, EventKind.Timer, this, _version);
            }

            callback(state);
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
