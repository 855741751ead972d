using System.Diagnostics.CodeAnalysis;

namespace AdmissionControl.Timing;

/// <summary>The system's readings: <see cref="Environment.TickCount64"/> (4 to 8 ns) and <see cref="TimeProvider.GetTimestamp"/> (about 20 ns).</summary>
internal readonly struct SystemReadings : IClockReadings
{
    // Whole on every platform: 1 where the system counts nanoseconds, 100 on Windows.
    private static readonly long NanosecondsPerTimestamp = 1_000_000_000 / TimeProvider.System.TimestampFrequency;
    private static readonly long Origin = TimeProvider.System.GetTimestamp();

    /// <summary>
    /// How far apart the system moves its cheap clock, at worst, and a millisecond for what is cut off: 15.6 ms on Windows; on Linux 10 ms at a timer frequency of 100 Hz
    /// (4 ms at the usual 250 Hz).
    /// </summary>
    public static long CoarseStepMilliseconds { get; } = OperatingSystem.IsWindows() ? 17 : 11;

    public long CoarseMilliseconds
    {
        [SuppressMessage("ApiDesign", "RS0030", Justification = "The one place that reads the system's coarse clock.")]
        get => Environment.TickCount64;
    }

    public long PreciseNanoseconds => (TimeProvider.System.GetTimestamp() - Origin) * NanosecondsPerTimestamp;

    /// <summary>One of the system's timestamps in the nanoseconds of <see cref="PreciseNanoseconds"/>, saturated.</summary>
    public static long FromTimestamp(long timestamp) =>
        (long)Int128.Clamp(((Int128)timestamp - Origin) * NanosecondsPerTimestamp, -AdmissionClock.Horizon, AdmissionClock.Horizon);
}
