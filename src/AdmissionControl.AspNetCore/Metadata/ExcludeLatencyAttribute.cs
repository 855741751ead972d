namespace AdmissionControl.AspNetCore;

/// <summary>
/// Keeps an endpoint's latency out of what adaptive limits learn from; its requests still take permits. For endpoints whose time says nothing about this
/// server's load: streams, long polls, calls that wait for somebody else.
/// </summary>
/// <remarks>Immutable, thread-safe.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class ExcludeLatencyAttribute : Attribute;
