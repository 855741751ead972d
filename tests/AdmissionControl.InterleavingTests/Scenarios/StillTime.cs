namespace AdmissionControl.InterleavingTests.Scenarios;

/// <summary>A provider whose time stands still, and whose timers nobody fires but the scenario.</summary>
internal sealed class StillTime : TimeProvider
{
    public List<StillTimer> Timers { get; } = [];

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new StillTimer(() => callback(state));
        Timers.Add(timer);
        return timer;
    }

    /// <param name="call">Calls back, on the thread that asks for it.</param>
    internal sealed class StillTimer(Action call) : ITimer
    {
        /// <summary>When it was asked to call; null while it was not.</summary>
        public TimeSpan? DueTime { get; private set; }

        public void Fire() => call();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            DueTime = dueTime == Timeout.InfiniteTimeSpan ? null : dueTime;
            return true;
        }

        public void Dispose() => DueTime = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
