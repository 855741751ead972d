namespace AdmissionControl.Timing;

/// <summary>The two raw readings behind a <see cref="PairedClock{TReadings}"/>. A type parameter, so that the system's are called directly and a test can drive others.</summary>
internal interface IClockReadings
{
    /// <summary>The cheap clock, in milliseconds from any origin.</summary>
    long CoarseMilliseconds { get; }

    /// <summary>The exact clock, in nanoseconds from any origin.</summary>
    long PreciseNanoseconds { get; }
}
