using Microsoft.AspNetCore.Http;

namespace AdmissionControl.AspNetCore;

/// <summary>A request that was turned away: what <see cref="AdmissionMiddlewareOptions.OnRejected"/> gets.</summary>
/// <remarks>Immutable; use it on the request's own flow only, as the <see cref="Microsoft.AspNetCore.Http.HttpContext"/> in it.</remarks>
public readonly record struct AdmissionRejectedContext
{
    /// <summary>The request and its unsent response.</summary>
    public required HttpContext HttpContext { get; init; }

    /// <summary>Why it was turned away.</summary>
    public required RejectionReason Reason { get; init; }

    /// <summary>When to come back, as <see cref="AdmissionLease.RetryAfter"/>.</summary>
    public required TimeSpan RetryAfter { get; init; }
}
