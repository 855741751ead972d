using AdmissionControl.Concurrency;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AdmissionControl.AspNetCore.Rejections;

/// <summary>Lets the application answer in place of a refusal for overload, a few at a time: what is beyond that, not answered, or fails, is refused as ever. Thread-safe.</summary>
/// <remarks>An answer that is complete when the application returns allocates nothing.</remarks>
internal sealed partial class CheaperAnswers(
    Func<AdmissionRejectedContext, ValueTask<bool>> onShedding, int concurrency, RejectionWriter rejections, ILogger logger)
{
    private readonly ConcurrencyGate _gate = new(concurrency);
    private int _isFailureLogged;

    /// <summary>Whether the server has too much to do, which is when something cheaper helps: not a rate, which is the client's own fault, and not the end of one side.</summary>
    public static bool MayStandFor(RejectionReason reason) => reason is RejectionReason.Shed
        or RejectionReason.ConcurrencyLimit
        or RejectionReason.QueueFull
        or RejectionReason.QueueTimeout
        or RejectionReason.Displaced
        or RejectionReason.DeadlineUnreachable
        or RejectionReason.LastStage;

    public Task AnswerAsync(HttpContext context, AdmissionLease refusal)
    {
        if (!_gate.TryAcquire())
        {
            return rejections.WriteAsync(context, refusal);
        }

        ValueTask<bool> answer;
        try
        {
            answer = onShedding(new() { HttpContext = context, Reason = refusal.Reason, RetryAfter = refusal.RetryAfter });
        }
        catch (Exception failure)
        {
            _gate.Release();
            return FailAsync(context, refusal, failure);
        }

        if (!answer.IsCompletedSuccessfully)
        {
            return WaitAsync(answer, context, refusal);
        }

        _gate.Release();
        return answer.Result ? Task.CompletedTask : rejections.WriteAsync(context, refusal);
    }

    private async Task WaitAsync(ValueTask<bool> answer, HttpContext context, AdmissionLease refusal)
    {
        bool isAnswered = false;
        Exception? failure = null;
        try
        {
            isAnswered = await answer.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        // Before a refusal is written: how fast its client reads must not hold the place.
        _gate.Release();
        if (failure is not null)
        {
            await FailAsync(context, refusal, failure).ConfigureAwait(false);
        }
        else if (!isAnswered)
        {
            await rejections.WriteAsync(context, refusal).ConfigureAwait(false);
        }
    }

    private Task FailAsync(HttpContext context, AdmissionLease refusal, Exception failure)
    {
        // A client that left is no failure of the application.
        bool hasLeft = failure is OperationCanceledException && context.RequestAborted.IsCancellationRequested;
        if (!hasLeft && Interlocked.Exchange(ref _isFailureLogged, 1) == 0)
        {
            LogFailure(logger, failure);
        }

        if (context.Response.HasStarted)
        {
            // Half an answer must not pass for a whole one.
            context.Abort();
            return Task.CompletedTask;
        }

        // An encoding or a tag of the answer that failed would be wrong on the refusal.
        context.Response.Clear();
        return rejections.WriteAsync(context, refusal);
    }

    [LoggerMessage(
        EventId = 2,
        EventName = "SheddingFailed",
        Level = LogLevel.Error,
        Message = "AdmissionMiddlewareOptions.OnShedding failed; the request was refused, or its connection aborted where the response had started. So are all for which it fails again, without a message.")]
    private static partial void LogFailure(ILogger logger, Exception failure);
}
