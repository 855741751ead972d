namespace AdmissionControl.Benchmarks.Overload;

/// <summary>One level of load, and when it is on.</summary>
/// <param name="Load">In multiples of the server's capacity.</param>
/// <param name="Start">When it begins, from the beginning of the plan.</param>
/// <param name="Settled">From here on it is measured; what comes before is convergence.</param>
/// <param name="End">When the next one begins.</param>
internal sealed record Step(double Load, TimeSpan Start, TimeSpan Settled, TimeSpan End);
