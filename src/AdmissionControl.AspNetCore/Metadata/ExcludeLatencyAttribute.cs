namespace AdmissionControl.AspNetCore;

/// <summary>
/// Keeps an endpoint's latency out of adaptive limits: its requests need a free permit to begin, but hold none while they run, and teach nothing (<see cref="AdmissionRequest.HoldsNoPermit"/>). For endpoints
/// whose time says nothing about this server's load: streams, long polls, calls that wait for somebody else.
/// </summary>
/// <remarks>How many run at once is for another policy to bound, one with a fixed limit or that of the downstream. Immutable, thread-safe.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class ExcludeLatencyAttribute : Attribute, IAdmissionMark;
