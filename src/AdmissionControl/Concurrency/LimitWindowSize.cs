namespace AdmissionControl.Concurrency;

/// <summary>When a window of measurements ends: at the first request to end that meets both bounds, or earlier (<see cref="MaxInFlight"/>, <see cref="MaxDuration"/>).</summary>
/// <remarks>Immutable. Values out of range are moved into it when the window begins, so that a rule whose arithmetic goes astray stops neither requests nor windows.</remarks>
/// <param name="MinDuration">The shortest window: from 1 ms to 1 minute.</param>
/// <param name="MinSamples">
/// The fewest ended requests, successful, overloaded or ignored, whose latency was measured: from 1 to 100000. Above
/// <see cref="Policies.ConcurrencyOptions.LatencySamplesPerSecond"/> only a share is measured; when that makes a window late, all are until it ends.
/// </param>
public readonly record struct LimitWindowSize(TimeSpan MinDuration, int MinSamples)
{
    /// <summary>Latencies above this one count as late; none do when zero, the default, or below, and none from 1 minute on, which is the longest that a latency counts.</summary>
    public TimeSpan LateAfter { get; init; }

    /// <summary>
    /// The longest window while requests are refused: then it ends with what it has, which may be nothing, so that requests which hold their permits for very long cannot keep a rule from
    /// lifting a limit that they fill. No bound when zero, the default, or below. Coarse: it is looked at now and then, when a request is refused.
    /// </summary>
    public TimeSpan MaxDuration { get; init; }

    /// <summary>
    /// How many may be in flight until the window has its samples. While more are, the first timed request to begin or to end ends the window, though not before <see cref="MinDuration"/>, with the
    /// samples that there are, which may be none: when many begin and few end, a window that waits for its samples shows a queue when it is long. No bound when zero, the default, or below.
    /// </summary>
    public int MaxInFlight { get; init; }

    private const int MostSamples = 100_000;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    // So long that it is none, and that nanoseconds still fit.
    private static readonly TimeSpan Unbounded = TimeSpan.FromDays(365);

    /// <summary>The nearest size within the ranges.</summary>
    internal LimitWindowSize WithinRange() =>
        new(TimeSpan.FromTicks(Math.Clamp(MinDuration.Ticks, Shortest.Ticks, Longest.Ticks)), Math.Clamp(MinSamples, 1, MostSamples))
        {
            LateAfter = LateAfter > TimeSpan.Zero ? LateAfter : TimeSpan.Zero,
            MaxInFlight = Math.Max(0, MaxInFlight),
            MaxDuration = MaxDuration > TimeSpan.Zero && MaxDuration < Unbounded ? MaxDuration : TimeSpan.Zero,
        };
}
