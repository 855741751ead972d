using AdmissionControl.Timing;

namespace AdmissionControl.Tests.Timing;

/// <summary>A precise clock that stands still and runs what a test wants at each reading: something that happens in the middle of a call.</summary>
internal sealed class HookedClock(Action? hook = null) : AdmissionClock
{
    private bool _isRunning;

    /// <summary>Run before each reading, but not by the readings that it causes itself.</summary>
    public Action? Hook { get; set; } = hook;

    public override long CoarseTick => 0;

    public override long Coarse => Precise;

    public override long Precise
    {
        get
        {
            if (!_isRunning && Hook is { } hook)
            {
                _isRunning = true;
                hook();
                _isRunning = false;
            }

            return NanosecondsPerSecond;
        }
    }

    public override long FromTimestamp(long timestamp) => timestamp;
}
