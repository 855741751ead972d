using System.Diagnostics.CodeAnalysis;

namespace AdmissionControl.Timing;

/// <summary>The system's readings: <see cref="Environment.TickCount64"/> (4 to 8 ns) and <see cref="TimeProvider.GetTimestamp"/> (about 20 ns).</summary>
internal readonly struct SystemReadings : IClockReadings
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    // 1 where the system counts nanoseconds, 100 on most of Windows. Where the counter has another frequency, its readings are converted in 128 bits, or the rate would be off by parts of a percent.
    private static readonly long Frequency = TimeProvider.System.TimestampFrequency;
    private static readonly long NanosecondsPerTimestamp = NanosecondsPerSecond / Frequency;
    private static readonly bool IsWhole = NanosecondsPerTimestamp * Frequency == NanosecondsPerSecond;
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

    public long PreciseNanoseconds => IsWhole
        ? (TimeProvider.System.GetTimestamp() - Origin) * NanosecondsPerTimestamp
        : FromTimestamp(TimeProvider.System.GetTimestamp());

    /// <summary>One of the system's timestamps in the nanoseconds of <see cref="PreciseNanoseconds"/>, saturated.</summary>
    public static long FromTimestamp(long timestamp) =>
        AdmissionClock.ToNanoseconds(Origin, timestamp, Frequency);
}
