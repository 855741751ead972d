using AdmissionControl.Propagation;

namespace AdmissionControl.Http;

/// <summary>How an HttpClient's calls pass their policy.</summary>
/// <remarks>
/// Validated at start. Read when a handler is created, which the factory does again every <c>HandlerLifetime</c> (2 minutes by default). Not thread-safe.
/// </remarks>
public sealed class AdmissionHttpOptions
{
    /// <summary>The priority of calls that do not bring their own and belong to no request whose priority flows (<see cref="AdmissionFlow"/>). Default <see cref="RequestPriority.Normal"/>.</summary>
    public RequestPriority Priority { get; set; } = RequestPriority.Normal;

    /// <summary>
    /// Whether a call passes its priority and cohort on, in <see cref="PriorityHeader"/>: its own, else those of the request that it belongs to (<see cref="AdmissionFlow"/>). A header of that name that the message has
    /// is replaced, or removed when there is nothing to pass on, so that a proxy does not lend its trust to what a stranger wrote. Default false.
    /// </summary>
    /// <remarks>For your own services only: others learn from it how important a request is to you.</remarks>
    public bool SendsPriority { get; set; }

    /// <summary>The header that <see cref="SendsPriority"/> writes. Default <c>admission-priority</c>, which is what the middleware of ASP.NET Core reads.</summary>
    public string PriorityHeader { get; set; } = PriorityField.DefaultHeader;

    /// <summary>How a refused call ends. Default <see cref="HttpRefusal.Exception"/>.</summary>
    public HttpRefusal Refusal { get; set; } = HttpRefusal.Exception;

    /// <summary>
    /// A cancelled call that ran at least this long counts as a timeout, and so as overload of the downstream; one that was cancelled sooner says
    /// nothing. From 1 ms to 1 day; default 5 s.
    /// </summary>
    /// <remarks>
    /// A handler cannot tell <see cref="HttpClient.Timeout"/> from a caller who left: both reach it as its cancelled token. Set this to the shortest
    /// timeout that is in force around the handler, or a little less: 2 s for a client with <c>Timeout = 2 s</c>. Set too low, visitors who leave early
    /// shrink an adaptive limit; set too high, a downstream that hangs is not noticed.
    /// </remarks>
    public TimeSpan TimeoutAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The longest time for which a downstream's <c>Retry-After</c> holds the policy's rate back; a longer one is cut to it. From 0, which means that the header is not
    /// followed, to 1 day; default 1 minute.
    /// </summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromMinutes(1);
}
