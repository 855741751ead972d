using AdmissionControl.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Http;

namespace AdmissionControl.AspNetCore;

/// <summary>What the end of a request tells about this server's load. Pure.</summary>
/// <remarks>
/// A server learns from latency, so only answers count that took the time of the work. Faults (5xx), requests that a client abandoned, those that were
/// turned away before the work (400, 401, 403, 405, 413, 415, 429) and those that nothing answers (404 without an endpoint) are often much faster, and
/// would teach an adaptive limit a latency that the work can never have.
/// </remarks>
internal static class ServerOutcome
{
    public static AdmissionOutcome Of(HttpContext context, EndpointPlan plan) =>
        plan.IsLatencyExcluded
        || SaysNothing(context.Response.StatusCode, hasEndpoint: context.GetEndpoint() is not null)
        || context.RequestAborted.IsCancellationRequested
            ? AdmissionOutcome.Ignored
            : AdmissionOutcome.Success;

    public static bool SaysNothing(int status, bool hasEndpoint) => status switch
    {
        < 400 => false,
        404 => !hasEndpoint,
        400 or 401 or 403 or 405 or 413 or 415 or 429 => true,
        _ => status >= 500,
    };
}
