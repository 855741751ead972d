namespace AdmissionControl.AspNetCore;

/// <summary>
/// Marks an endpoint as a probe: its requests pass every policy and are still counted in flight; see <see cref="AdmissionRequest.Exempt"/>. Endpoints of
/// <c>MapHealthChecks</c> are probes without being asked.
/// </summary>
/// <remarks>Immutable, thread-safe.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AdmissionProbeAttribute : Attribute, IAdmissionMark;
