using System.Net;
using System.Net.Http.Headers;

namespace AdmissionControl.Http.Refusals;

/// <summary>Makes the response that stands for a refusal.</summary>
internal static class RefusalResponse
{
    public static HttpResponseMessage Create(HttpRequestMessage request, RejectionReason reason, TimeSpan retryAfter)
    {
        HttpStatusCode status = reason is RejectionReason.Rate or RejectionReason.PartitionRate
            ? HttpStatusCode.TooManyRequests
            : HttpStatusCode.ServiceUnavailable;
        var response = new HttpResponseMessage(status) { RequestMessage = request, Version = request.Version };

        // A cost above the burst is never admitted; no time would be true.
        if (retryAfter != TimeSpan.MaxValue)
        {
            response.Headers.RetryAfter = new RetryConditionHeaderValue(WholeSeconds(retryAfter));
        }

        return response;
    }

    /// <summary>Rounded up, because a caller who is early is refused again; at least one, because 0 invites an instant retry. Less than a
    /// millisecond is arithmetic, not time: without that, a wait of 1 s and a tick would become 2 s.</summary>
    private static TimeSpan WholeSeconds(TimeSpan retryAfter) =>
        TimeSpan.FromSeconds((long)Math.Clamp(Math.Ceiling(retryAfter.TotalSeconds - 0.001), 1, int.MaxValue));
}
