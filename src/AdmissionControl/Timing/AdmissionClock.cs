namespace AdmissionControl.Timing;

/// <summary>
/// The pair of clocks behind everything that counts time here: a coarse reading that is cheap, and a precise one that is not.
/// Both are nanoseconds of one monotonic time line.
/// </summary>
/// <remarks>
/// Contract: the error of a coarse reading, coarse less precise at the same instant, may have either sign, and the errors of any two readings differ by less than
/// <see cref="CoarseTick"/>; so does each from zero. Who decides on coarse readings therefore errs by less than one coarse tick over any window, at its
/// beginning and its end together. A precise clock has a tick of zero and gives the same reading twice.
/// Thread-safe.
/// </remarks>
internal abstract class AdmissionClock
{
    /// <summary>No reading: every one is later.</summary>
    public const long Unread = 0;

    /// <summary>Readings and moments stay within this many nanoseconds of the origin, about 73 years.</summary>
    public const long Horizon = 1L << 61;

    protected const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The first reading of every clock, so that none is ever negative.</summary>
    protected const long Start = NanosecondsPerSecond;

    /// <summary>The provider behind the clock, for its timers.</summary>
    public virtual TimeProvider TimeProvider => TimeProvider.System;

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

    /// <summary>A moment so much later; the last there is when that is beyond it.</summary>
    /// <param name="now">A moment, in nanoseconds.</param>
    /// <param name="span">Not negative.</param>
    public static long Add(long now, TimeSpan span) =>
        span.Ticks > (long.MaxValue - now) / TimeSpan.NanosecondsPerTick ? long.MaxValue : now + (span.Ticks * TimeSpan.NanosecondsPerTick);

    /// <summary>Nanoseconds from one of a provider's timestamps to another, saturated at either end.</summary>
    public static long ToNanoseconds(long from, long to, long frequency)
    {
        // 128 bits because a provider may start anywhere and count in any unit.
        Int128 span = (Int128)to - from;
        return frequency == NanosecondsPerSecond
            ? (long)Int128.Clamp(span, -Horizon, Horizon)
            : (long)Int128.Clamp(span * NanosecondsPerSecond / frequency, -Horizon, Horizon);
    }
}
