using Microsoft.AspNetCore.Http;

namespace AdmissionControl.AspNetCore;

/// <summary>How requests are classified and how refused ones are answered. Set with <c>services.Configure&lt;AdmissionMiddlewareOptions&gt;(...)</c>.</summary>
/// <remarks>Validated and copied once, when the host starts; later changes have no effect. Not thread-safe. The delegates are called by many threads at once.</remarks>
public sealed class AdmissionMiddlewareOptions
{
    /// <summary>
    /// Paths whose GET and HEAD requests are probes, besides the endpoints of <c>MapHealthChecks</c> and those marked with <c>AsProbe()</c>. The whole path
    /// counts, without regard to case. Each starts with a slash; default <c>/healthz</c>, <c>/livez</c>, <c>/readyz</c>.
    /// </summary>
    public IList<string> ProbePaths { get; } = ["/healthz", "/livez", "/readyz"];

    /// <summary>
    /// The status of a refusal for overload: 503, the default, or 429. A refusal by a rate is always a 429. Some load balancers take servers that answer
    /// 503 out of rotation, which makes an overload worse; 429 avoids that, though it blames the client.
    /// </summary>
    public int OverloadStatusCode { get; set; } = StatusCodes.Status503ServiceUnavailable;

    /// <summary>
    /// The client that a request belongs to; called only when a policy of the request limits partitions. Default: the address of the connection, see
    /// <see cref="PartitionKey.From(System.Net.IPAddress)"/>, and no partition without one.
    /// </summary>
    /// <remarks>
    /// Behind a proxy the connection is the proxy's, and all clients would share one bucket: put <c>app.UseForwardedHeaders()</c>, limited to proxies that you know, in
    /// front of <c>UseAdmissionControl</c>, or choose a key that the client cannot choose, such as the authenticated tenant.
    /// </remarks>
    public Func<HttpContext, PartitionKey> PartitionBy { get; set; } = ByRemoteAddress;

    /// <summary>
    /// Has the last word on what a request counts as: it gets what endpoint and options say, and returns what the policies see, with another
    /// priority, a cost, a cohort or a deadline. Not called for probes. Default: none.
    /// </summary>
    public Func<HttpContext, AdmissionRequest, AdmissionRequest>? Classify { get; set; }

    /// <summary>
    /// Writes the body of a refusal in place of the problem document. Status, <c>Retry-After</c> and <c>Cache-Control</c> are set already and may be changed. Keep it cheap: it runs
    /// when there is least time. Not called for clients that left. Default: none.
    /// </summary>
    public Func<AdmissionRejectedContext, ValueTask>? OnRejected { get; set; }

    private static PartitionKey ByRemoteAddress(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? PartitionKey.From(address) : default;
}
