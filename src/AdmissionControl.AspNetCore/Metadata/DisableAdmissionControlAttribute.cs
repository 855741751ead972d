namespace AdmissionControl.AspNetCore;

/// <summary>Takes an endpoint out of admission control: it passes no policy, not even one that it requires itself, and is not counted.</summary>
/// <remarks>For a load balancer's pings use <see cref="AdmissionProbeAttribute"/>, which also passes, but is counted and guarded. Immutable, thread-safe.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class DisableAdmissionControlAttribute : Attribute, IAdmissionMark;
