using System.Net;

namespace AdmissionControl.Http.Outcomes;

/// <summary>What the end of a call tells about the load of the downstream. Pure.</summary>
internal static class HttpOutcome
{
    /// <summary>Classifies an answer.</summary>
    /// <remarks>
    /// 408, 429, 503 and 504 are how a server says that it has too much to do. Any other 5xx is a fault, which tells nothing about load: a fast one would
    /// look like spare capacity, and to treat it as overload would let a bug close the limit. Answers that turn a request away before its
    /// work begins (400, 401, 403, 405, 413, 415) are fast for the same reason. Everything else took the time that the work takes.
    /// </remarks>
    public static AdmissionOutcome Of(HttpStatusCode status) => status switch
    {
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => AdmissionOutcome.Overloaded,
        HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => AdmissionOutcome.Overloaded,
        >= HttpStatusCode.InternalServerError => AdmissionOutcome.Ignored,
        HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => AdmissionOutcome.Ignored,
        HttpStatusCode.MethodNotAllowed or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType => AdmissionOutcome.Ignored,
        _ => AdmissionOutcome.Success,
    };

    /// <summary>Classifies a failure without an answer.</summary>
    /// <param name="failure">What the inner handler threw.</param>
    /// <param name="isCancelled">Whether the caller's token, which carries the client's own timeout too, is cancelled.</param>
    /// <param name="ranTooLong">Whether the call ran for as long as a timeout takes.</param>
    /// <remarks>
    /// A cancellation that the token does not explain is a timeout further in, such as that of connecting. A connection that could not be made is a full
    /// backlog or a server that is gone; a name, a certificate or a proxy that does not work is a fault of configuration.
    /// </remarks>
    public static AdmissionOutcome Of(Exception failure, bool isCancelled, bool ranTooLong) => failure switch
    {
        OperationCanceledException when isCancelled => ranTooLong ? AdmissionOutcome.Overloaded : AdmissionOutcome.Ignored,
        OperationCanceledException or TimeoutException => AdmissionOutcome.Overloaded,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => AdmissionOutcome.Overloaded,
        _ => AdmissionOutcome.Ignored,
    };
}
