namespace AdmissionControl.Http;

/// <summary>How a call that was not admitted ends for its caller.</summary>
public enum HttpRefusal
{
    /// <summary>
    /// The call fails with an <see cref="AdmissionRejectedException"/>. It is not an <see cref="HttpRequestException"/>, so retries that are meant for the
    /// network do not repeat it.
    /// </summary>
    Exception = 0,

    /// <summary>
    /// The call gets a response that the downstream never sent: 429 when a rate refused, else 503, with <c>Retry-After</c> and without content. Retries
    /// that honour status codes will repeat it.
    /// </summary>
    Response = 1,
}
