using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>The options of Envoy's gradient controller that its own tests vary, with their defaults.</summary>
internal sealed record EnvoySettings
{
    /// <summary>From one step to the next, nanoseconds.</summary>
    public long UpdateInterval { get; init; } = VirtualTime.Second / 10;

    /// <summary>From one measurement of the least latency to the next, nanoseconds.</summary>
    public long MeasureInterval { get; init; } = 60 * VirtualTime.Second;

    /// <summary>The share of that interval by which a measurement may come later.</summary>
    public double Jitter { get; init; } = 0.15;

    /// <summary>The share by which latency may exceed the least before the limit shrinks.</summary>
    public double Buffer { get; init; } = 0.25;

    /// <summary>Requests that a measurement takes.</summary>
    public int RequestCount { get; init; } = 50;

    /// <summary>The limit while measuring, and the least ever.</summary>
    public int MinConcurrency { get; init; } = 3;

    /// <summary>The largest limit.</summary>
    public int MaxConcurrency { get; init; } = 1000;
}
