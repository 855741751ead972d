namespace AdmissionControl.Concurrency;

/// <summary>What a <see cref="LatencyTally"/> held when a window closed.</summary>
/// <param name="Count">The timed requests.</param>
/// <param name="Ticks">The sum of their latencies.</param>
/// <param name="PermitTicks">The sum of their latencies, each times the request's permits.</param>
/// <param name="LeastTicks">The shortest latency.</param>
internal readonly record struct LatencySum(int Count, long Ticks, long PermitTicks, long LeastTicks);
