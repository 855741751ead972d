namespace AdmissionControl.Timing;

/// <summary>
/// The pair of clocks behind everything that counts time here: a coarse reading that is cheap, and a precise one that is not.
/// Both are nanoseconds of one monotonic time line.
/// </summary>
/// <remarks>
/// Contract: of two readings made at the same instant, coarse and precise differ by less than <see cref="CoarseTick"/>. Who decides on a coarse
/// reading therefore errs by less than one coarse tick. A precise clock has a tick of zero and gives the same reading twice.
/// Thread-safe.
/// </remarks>
internal abstract class AdmissionClock
{
    /// <summary>Readings and moments stay within this many nanoseconds of the origin, about 73 years.</summary>
    public const long Horizon = 1L << 61;

    protected const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The first reading of every clock, so that none is ever negative.</summary>
    protected const long Start = NanosecondsPerSecond;

    /// <summary>The longest time in nanoseconds by which <see cref="Coarse"/> and <see cref="Precise"/> can differ.</summary>
    public abstract long CoarseTick { get; }

    /// <summary>The cheap reading, in nanoseconds.</summary>
    public abstract long Coarse { get; }

    /// <summary>The exact reading, in nanoseconds.</summary>
    public abstract long Precise { get; }

    /// <summary>The moment of a timestamp of the provider behind this clock, saturated at either end.</summary>
    public abstract long FromTimestamp(long timestamp);

    /// <summary>The clock of a provider: the pair of the system's own, or a precise clock alone for any other (a fake one in tests).</summary>
    public static AdmissionClock For(TimeProvider? timeProvider) =>
        timeProvider is null || ReferenceEquals(timeProvider, TimeProvider.System) ? SystemClock.Instance : new ProviderClock(timeProvider);

    /// <summary>Nanoseconds of a span of a provider's timestamps.</summary>
    protected static long ToNanoseconds(long span, long frequency) =>
        frequency == NanosecondsPerSecond
            ? span
            : (long)Int128.Clamp((Int128)span * NanosecondsPerSecond / frequency, -Horizon, Horizon);
}
