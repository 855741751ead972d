namespace AdmissionControl.Timing;

/// <summary>The system's pair. Its tick is 34 ms on Windows and 22 ms elsewhere.</summary>
internal sealed class SystemClock : PairedClock<SystemReadings>
{
    public static readonly SystemClock Instance = new();

    private SystemClock()
        : base(default, SystemReadings.CoarseStepMilliseconds)
    {
    }

    public override long FromTimestamp(long timestamp) => Start + SystemReadings.FromTimestamp(timestamp);
}
