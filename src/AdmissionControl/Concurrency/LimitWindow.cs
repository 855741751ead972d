namespace AdmissionControl.Concurrency;

/// <summary>What was measured at a gate during one window, the only input of an <see cref="ILimitAlgorithm"/>.</summary>
/// <remarks>Immutable.</remarks>
public readonly record struct LimitWindow
{
    /// <summary>How long the window was.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Requests that completed with <see cref="AdmissionOutcome.Success"/> or <see cref="AdmissionOutcome.Overloaded"/>: the samples.</summary>
    public int Samples { get; init; }

    /// <summary>Those among them whose latency was measured: all, except at high rates (see <see cref="Policies.ConcurrencyOptions.LatencySamplesPerSecond"/>).</summary>
    public int LatencySamples { get; init; }

    /// <summary>Those among the samples with <see cref="AdmissionOutcome.Overloaded"/>.</summary>
    public int Overloaded { get; init; }

    /// <summary>The mean latency of those measured, from admission to completion.</summary>
    public TimeSpan MeanLatency { get; init; }

    /// <summary>The shortest latency among those measured.</summary>
    public TimeSpan MinLatency { get; init; }

    /// <summary>The most permits in flight when any of the samples was admitted, itself included.</summary>
    public int MaxInFlight { get; init; }
}
