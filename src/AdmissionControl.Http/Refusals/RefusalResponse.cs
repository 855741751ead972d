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
            response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(RetryAfterSeconds.RoundUp(retryAfter)));
        }

        return response;
    }
}
