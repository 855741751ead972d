using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;

namespace AdmissionControl.AspNetCore.Endpoints;

/// <summary>Tells health checks from other endpoints.</summary>
internal static class ProbeEndpoint
{
    /// <summary>
    /// Whether the endpoint is marked as a probe or comes from <c>MapHealthChecks</c>, which leaves no metadata: it is known by its delegate, the
    /// method of the health check middleware, and where a filter wraps that, by the display name that it gives.
    /// </summary>
    public static bool Is(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<AdmissionProbeAttribute>() is not null
        || endpoint.RequestDelegate?.Target is HealthCheckMiddleware
        || endpoint.DisplayName == "Health checks";
}
