using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AdmissionControl.AspNetCore.Rejections;

/// <summary>Answers refused requests as cheaply as it can: from prepared bytes, without a log line. Thread-safe.</summary>
internal sealed class RejectionWriter(AdmissionMiddlewareOptions options)
{
    private const int PreparedSeconds = 64;

    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues Problem = "application/problem+json";
    private static readonly StringValues[] Seconds =
        [.. Enumerable.Range(0, PreparedSeconds).Select(s => new StringValues(s.ToString(CultureInfo.InvariantCulture)))];

    private readonly ProblemBody _overload = ProblemBody.Overload(options.OverloadStatusCode);
    private readonly Func<AdmissionRejectedContext, ValueTask>? _onRejected = options.OnRejected;

    public Task WriteAsync(HttpContext context, AdmissionLease refusal)
    {
        HttpResponse response = context.Response;
        if (refusal.Reason == RejectionReason.Cancelled)
        {
            // Nobody reads an answer; the status is for logs and metrics.
            response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return Task.CompletedTask;
        }

        ProblemBody body = refusal.Reason is RejectionReason.Rate or RejectionReason.PartitionRate ? ProblemBody.Quota : _overload;
        response.StatusCode = body.Status;
        response.Headers.CacheControl = NoStore;

        // A cost above the burst is never admitted; no time would be true.
        if (refusal.RetryAfter != TimeSpan.MaxValue)
        {
            response.Headers.RetryAfter = WholeSeconds(refusal.RetryAfter);
        }

        if (_onRejected is not null)
        {
            return Finish(_onRejected(new() { HttpContext = context, Reason = refusal.Reason, RetryAfter = refusal.RetryAfter }));
        }

        response.Headers.ContentType = Problem;
        response.ContentLength = body.Json.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : Finish(response.Body.WriteAsync(body.Json));
    }

    private static StringValues WholeSeconds(TimeSpan retryAfter)
    {
        int seconds = RetryAfterSeconds.RoundUp(retryAfter);
        return seconds < PreparedSeconds ? Seconds[seconds] : seconds.ToString(CultureInfo.InvariantCulture);
    }

    private static Task Finish(ValueTask write)
    {
        if (!write.IsCompletedSuccessfully)
        {
            return write.AsTask();
        }

        // Observed, because a pooled source behind it waits for that.
        write.GetAwaiter().GetResult();
        return Task.CompletedTask;
    }
}
