using AdmissionControl.AspNetCore.Classification;
using AdmissionControl.AspNetCore.Endpoints;
using AdmissionControl.AspNetCore.Pipeline;
using AdmissionControl.AspNetCore.Rejections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AdmissionControl.AspNetCore;

/// <summary>Admits a request, runs the rest of the pipeline, and completes the lease with what the response tells.</summary>
/// <remarks>
/// When nothing has to be waited for, the whole way is synchronous and allocates nothing. A request is asked for once: when an error page makes the pipeline run again for it, it passes, with the lease of the first time, if any,
/// ended. Thread-safe.
/// </remarks>
internal sealed class AdmissionControlMiddleware
{
    private readonly RequestDelegate _next;
    private readonly EndpointPlans _plans;
    private readonly RequestClassifier _classifier;
    private readonly RejectionWriter _rejections;
    private readonly CheaperAnswers? _cheaperAnswers;
    private readonly bool _flowsPriority;
    private readonly RoutingOrder _order;

    // The last that was left with a request, to be used again: nearly always it is the same.
    private AskedBy _asked;

    public AdmissionControlMiddleware(
        RequestDelegate next, EndpointPlans plans, AdmissionMiddlewareOptions options, TimeProvider? timeProvider = null, ILogger? logger = null)
    {
        AdmissionMiddlewareOptionsValidator.ThrowIfInvalid(options);
        logger ??= NullLogger.Instance;
        _next = next;
        _plans = plans;
        _classifier = new RequestClassifier(options, timeProvider ?? TimeProvider.System, logger);
        _rejections = new RejectionWriter(options);
        _cheaperAnswers = options.OnShedding is { } onShedding ? new CheaperAnswers(onShedding, options.SheddingConcurrency, _rejections, logger) : null;
        _flowsPriority = options.FlowsPriority;
        _order = new RoutingOrder(logger);
        _asked = new AskedBy(this, before: null);
    }

    public Task InvokeAsync(HttpContext context)
    {
        Endpoint? endpoint = context.GetEndpoint();
        return _order.IsOpen(endpoint) ? WatchAsync(context) : AdmitAsync(context, endpoint);
    }

    private Task WatchAsync(HttpContext context)
    {
        Task request = AdmitAsync(context, endpoint: null);
        if (!request.IsCompletedSuccessfully)
        {
            return LookAfterAsync(request, context);
        }

        _order.Look(context, this);
        return request;
    }

    private async Task LookAfterAsync(Task request, HttpContext context)
    {
        await request.ConfigureAwait(false);
        _order.Look(context, this);
    }

    private Task AdmitAsync(HttpContext context, Endpoint? endpoint)
    {
        EndpointPlan plan = _plans.For(endpoint);
        AskedBy? before = plan.IsOpen ? null : context.Features.Get<AskedBy>();
        if (plan.IsOpen || (before is not null && before.Includes(this)))
        {
            return _next(context);
        }

        AdmissionRequest request = _classifier.Classify(context, plan);
        context.Features.Set(AskedAfter(before));
        ValueTask<AdmissionLease> admission = plan.AdmitAsync(request, plan.MayWait ? context.RequestAborted : default);
        return admission.IsCompletedSuccessfully
            ? GoOnAsync(admission.Result, context, plan, request)
            : WaitAsync(admission, context, plan, request);
    }

    private AskedBy AskedAfter(AskedBy? before)
    {
        AskedBy asked = _asked;
        if (!ReferenceEquals(asked.Before, before))
        {
            asked = new AskedBy(this, before);
            _asked = asked;
        }

        return asked;
    }

    private async Task WaitAsync(ValueTask<AdmissionLease> admission, HttpContext context, EndpointPlan plan, AdmissionRequest request)
    {
        AdmissionLease lease = await admission.ConfigureAwait(false);
        await GoOnAsync(lease, context, plan, request).ConfigureAwait(false);
    }

    private Task GoOnAsync(AdmissionLease lease, HttpContext context, EndpointPlan plan, in AdmissionRequest request)
    {
        plan.ShowPressure(context);
        if (!lease.IsAdmitted)
        {
            return _cheaperAnswers is not null && CheaperAnswers.MayStandFor(lease.Reason)
                ? _cheaperAnswers.AnswerAsync(context, lease)
                : _rejections.WriteAsync(context, lease);
        }

        return _flowsPriority && !request.IsExempt ? RunInFlowAsync(lease, context, plan, request) : RunAsync(lease, context, plan);
    }

    /// <summary>What an asynchronous method sets ends with it, so that nothing of the request is left on the thread.</summary>
    private async Task RunInFlowAsync(AdmissionLease lease, HttpContext context, EndpointPlan plan, AdmissionRequest request)
    {
        AdmissionFlow.Current = new AdmissionRequest(request.Priority) { Cohort = request.Cohort };
        await RunAsync(lease, context, plan).ConfigureAwait(false);
    }

    private Task RunAsync(AdmissionLease lease, HttpContext context, EndpointPlan plan)
    {
        Task work;
        try
        {
            work = _next(context);
        }
        catch
        {
            lease.Dispose();
            throw;
        }

        if (!work.IsCompletedSuccessfully)
        {
            return FinishAsync(work, lease, context, plan);
        }

        lease.Complete(ServerOutcome.Of(context, plan));
        return work;
    }

    private static async Task FinishAsync(Task work, AdmissionLease lease, HttpContext context, EndpointPlan plan)
    {
        // Without a completion, when the work throws, disposing releases and reports nothing.
        using (lease)
        {
            await work.ConfigureAwait(false);
            lease.Complete(ServerOutcome.Of(context, plan));
        }
    }
}
