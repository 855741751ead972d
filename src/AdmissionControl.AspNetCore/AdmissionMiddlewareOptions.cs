using AdmissionControl.Propagation;
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
    /// The client that a request belongs to; called only for probes, and when a policy of the request limits partitions or is fair among clients. Default: the address of the connection, see
    /// <see cref="PartitionKey.From(System.Net.IPAddress)"/>, within its network (/24, and /48 for IPv6); no partition without an address.
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
    /// The header in which callers say how important a request is and, where they are trusted, which cohort it is of: an integer from 0 (<see cref="RequestPriority.Critical"/>) to 4 (<see cref="RequestPriority.Bulk"/>) with
    /// an optional parameter <c>c</c> from 0 to 127, as in <c>2;c=87</c>. Malformed or given twice, it is ignored. Null: none is read. Default <c>admission-priority</c>.
    /// </summary>
    public string? PriorityHeader { get; set; } = PriorityField.DefaultHeader;

    /// <summary>
    /// Whether the caller's <see cref="PriorityHeader"/> is taken as it is: it then replaces the endpoint's priority, upwards as well, and its cohort replaces that of <see cref="CohortBy"/>. From callers that are not trusted the
    /// header may only lower the priority, and the cohort is not read. Asked only when there is a header. Default null: nobody is trusted.
    /// </summary>
    /// <remarks>Trust what a stranger cannot imitate, such as a client certificate or a port that only your own services reach. A gateway that is trusted must drop the header where it comes from outside.</remarks>
    public Func<HttpContext, bool>? IsTrusted { get; set; }

    /// <summary>
    /// Whether the header <c>Priority</c> of browsers (RFC 9218) lowers requests of <see cref="RequestPriority.Normal"/> to <see cref="RequestPriority.Low"/> when its urgency is 6 or 7. It orders responses and never raises
    /// anything here. Default false.
    /// </summary>
    public bool ReadsUrgency { get; set; }

    /// <summary>
    /// Names the user of a request by something that is the same at every service, such as a user id; null for nobody in particular. Under overload users are kept or turned away by their cohort, see
    /// <see cref="AdmissionControl.CohortKey"/>. Called only where it counts: with triage, or when <see cref="FlowsPriority"/> is on. Default null: cohorts are drawn by client where clients are told apart
    /// (<see cref="PartitionBy"/>), and dealt in turn where they are not; then no two services agree.
    /// </summary>
    public Func<HttpContext, string?>? CohortBy { get; set; }

    /// <summary>
    /// The secret by which users are drawn into cohorts, the same at all services of a chain: any text of at least 16 characters. It is never logged. Used with <see cref="CohortBy"/> only. Default null: a key that is random for
    /// this process, and a warning at start that services will not agree.
    /// </summary>
    public string? CohortKey { get; set; }

    /// <summary>
    /// Whether requests without an authenticated user are marked <see cref="AdmissionRequest.IsAnonymous"/>, so that under overload a policy with fairness keeps those of known users before them. It needs the authentication middleware in front of
    /// <c>UseAdmissionControl</c>, which then costs its time for the requests that are turned away, too. Default false.
    /// </summary>
    public bool UnauthenticatedIsAnonymous { get; set; }

    /// <summary>
    /// Whether a request's priority and cohort are those of the calls that it makes, see <see cref="AdmissionFlow"/>. A probe's are not. Costs some allocations a request. Default false.
    /// </summary>
    public bool FlowsPriority { get; set; }

    /// <summary>
    /// Asked before a request is refused for overload whether it answers with something cheaper, such as a stale or cached page: true when it has written the response, false, with the response untouched, for the ordinary
    /// refusal. Not asked when a rate refused, nor for clients that left, nor while the server stops. Default: none.
    /// </summary>
    /// <remarks>
    /// It runs outside every limit but its own, <see cref="SheddingConcurrency"/>: keep it to memory, without I/O. The response is as new, status 200 and without headers of ours. The request counts as refused whatever the
    /// answer. When it throws, the ordinary refusal is sent, or the connection aborted if the response has started; the first failure is logged.
    /// </remarks>
    public Func<AdmissionRejectedContext, ValueTask<bool>>? OnShedding { get; set; }

    /// <summary>The most calls of <see cref="OnShedding"/> at the same time; beyond it requests are refused without asking. From 1 to 10000; default 16.</summary>
    public int SheddingConcurrency { get; set; } = 16;

    /// <summary>
    /// Writes the body of a refusal in place of the problem document. Status, <c>Retry-After</c> and <c>Cache-Control</c> are set already and may be changed. Keep it cheap: it runs
    /// when there is least time. Not called for clients that left. Default: none.
    /// </summary>
    public Func<AdmissionRejectedContext, ValueTask>? OnRejected { get; set; }

    private static PartitionKey ByRemoteAddress(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? PartitionKey.From(address).Within(PartitionKey.From(address, 24, 48)) : default;
}
