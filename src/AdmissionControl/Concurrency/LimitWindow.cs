namespace AdmissionControl.Concurrency;

/// <summary>What was measured at a gate during one window, the only input of an <see cref="ILimitAlgorithm"/>.</summary>
/// <remarks>
/// Each request counts in the window in which it ends. Exempt requests (probes) count only as permits in flight, and requests that a later policy of a stack refused not at all.
/// A latency is the time from admission to completion, and counts as one minute at most. Immutable.
/// </remarks>
public readonly record struct LimitWindow
{
    /// <summary>How long the window was.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>
    /// Requests that ended with <see cref="AdmissionOutcome.Success"/> or <see cref="AdmissionOutcome.Overloaded"/>: the samples. 0 when all that ended were
    /// <see cref="Ignored"/>.
    /// </summary>
    public int Samples { get; init; }

    /// <summary>
    /// Those among the samples whose latency was measured: all, except at high rates (see <see cref="Policies.ConcurrencyOptions.LatencySamplesPerSecond"/>), where it can be
    /// none if most requests are ignored.
    /// </summary>
    public int LatencySamples { get; init; }

    /// <summary>Those among the samples with <see cref="AdmissionOutcome.Overloaded"/>.</summary>
    public int Overloaded { get; init; }

    /// <summary>Requests that ended with <see cref="AdmissionOutcome.Ignored"/>, for example because the client went away. Not among the samples.</summary>
    public int Ignored { get; init; }

    /// <summary>
    /// The mean latency of those measured that ended with <see cref="AdmissionOutcome.Success"/>, so that failing fast does not look like being fast; when none did, of all
    /// <see cref="LatencySamples"/>; zero when there are none.
    /// </summary>
    public TimeSpan MeanLatency { get; init; }

    /// <summary>The shortest latency of the same requests; zero when there are none.</summary>
    public TimeSpan MinLatency { get; init; }

    /// <summary>The most permits in flight when any of the requests that ended was admitted, itself included.</summary>
    public int MaxInFlight { get; init; }

    /// <summary>Permits in flight on the average over the window.</summary>
    /// <remarks>
    /// By Little's law:
    /// <code>
    /// sum of (permits x latency) of all requests that ended, also the ignored / duration
    /// </code>
    /// Where only a share was measured, it stands for the rest with the same outcome. A request that ran through several windows counts in the last of them with its whole
    /// latency, so a single window may err by what was in flight at its ends; the average over windows does not.
    /// Source: J. D. C. Little, "A proof for the queuing formula: L = λW" (1961).
    /// </remarks>
    public double MeanInFlight { get; init; }

    /// <summary>
    /// Those that ended, however they did, with a latency above what the rule asked to have counted (<see cref="LimitWindowSize.LateAfter"/>); where only a share is timed, the
    /// timed ones stand for the rest.
    /// </summary>
    public int Late { get; init; }

    /// <summary>Permits in flight when the window closed: all of the gate, those of probes and of the request whose end closed it included.</summary>
    public int InFlight { get; init; }

    /// <summary>
    /// Requests that found no free permit ("blocked", as A. K. Erlang's formulas have it): refused with <see cref="RejectionReason.ConcurrencyLimit"/> or
    /// <see cref="RejectionReason.Shed"/>, or sent to the wait queue, whether they had a place in it or not.
    /// </summary>
    /// <remarks>
    /// Each counts once, when it arrives, whatever becomes of it; one that waited only for tokens of the rate counts if there is no permit when its tokens have come.
    /// </remarks>
    public int Blocked { get; init; }

    /// <summary>
    /// How long a tiny work item waited on this host's thread pool before it ran, the median over the recent past; null when nobody measures it. Long when this host is the
    /// bottleneck, short when what it calls is.
    /// </summary>
    public TimeSpan? HostDelay { get; init; }

    /// <summary>Whether the latency fields mean anything.</summary>
    internal bool HasLatency => LatencySamples > 0 || MeanLatency > TimeSpan.Zero;
}
