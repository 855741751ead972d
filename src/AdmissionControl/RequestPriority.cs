namespace AdmissionControl;

/// <summary>
/// How bad it is to lose a request. The lower the value, the more important the request.
/// </summary>
/// <remarks>
/// Exemption (a load balancer's probe) is deliberately not a priority: it is a result of classification,
/// <see cref="AdmissionRequest.Exempt"/>, so that no header can ask for it.
/// </remarks>
public enum RequestPriority : byte
{
    /// <summary>Losing it costs money or trust: a checkout, a payment, a write that a person waits for.</summary>
    Critical = 0,

    /// <summary>A person waits for it and would notice: a login, a cart.</summary>
    High = 1,

    /// <summary>The default: a page that a person looks at.</summary>
    Normal = 2,

    /// <summary>A person waits for it, but can do without: a search suggestion, a preview.</summary>
    Low = 3,

    /// <summary>Nobody waits for it now: prefetch, crawlers, exports, recommendations.</summary>
    Bulk = 4,
}
