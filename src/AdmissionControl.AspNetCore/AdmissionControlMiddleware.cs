using AdmissionControl.AspNetCore.Endpoints;
using AdmissionControl.AspNetCore.Rejections;
using Microsoft.AspNetCore.Http;

namespace AdmissionControl.AspNetCore;

/// <summary>Admits a request, runs the rest of the pipeline, and completes the lease with what the response tells.</summary>
/// <remarks>
/// When nothing has to be waited for, the whole way is synchronous and allocates nothing. Thread-safe.
/// </remarks>
internal sealed class AdmissionControlMiddleware
{
    private readonly RequestDelegate _next;
    private readonly EndpointPlans _plans;
    private readonly RejectionWriter _rejections;
    private readonly string[] _probePaths;
    private readonly Func<HttpContext, PartitionKey> _partitionBy;
    private readonly Func<HttpContext, AdmissionRequest, AdmissionRequest>? _classify;

    public AdmissionControlMiddleware(RequestDelegate next, EndpointPlans plans, AdmissionMiddlewareOptions options)
    {
        AdmissionMiddlewareOptionsValidator.ThrowIfInvalid(options);
        _next = next;
        _plans = plans;
        _rejections = new RejectionWriter(options);
        _probePaths = [.. options.ProbePaths];
        _partitionBy = options.PartitionBy;
        _classify = options.Classify;
    }

    public Task InvokeAsync(HttpContext context)
    {
        EndpointPlan plan = _plans.For(context.GetEndpoint());
        if (plan.IsOpen)
        {
            return _next(context);
        }

        ValueTask<AdmissionLease> admission = plan.AdmitAsync(RequestOf(context, plan), plan.MayWait ? context.RequestAborted : default);
        if (!admission.IsCompletedSuccessfully)
        {
            return WaitAsync(admission, context, plan);
        }

        AdmissionLease lease = admission.Result;
        return lease.IsAdmitted ? Run(lease, context, plan) : _rejections.WriteAsync(context, lease);
    }

    private async Task WaitAsync(ValueTask<AdmissionLease> admission, HttpContext context, EndpointPlan plan)
    {
        AdmissionLease lease = await admission.ConfigureAwait(false);
        await (lease.IsAdmitted ? Run(lease, context, plan) : _rejections.WriteAsync(context, lease)).ConfigureAwait(false);
    }

    private Task Run(AdmissionLease lease, HttpContext context, EndpointPlan plan)
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

    private AdmissionRequest RequestOf(HttpContext context, EndpointPlan plan)
    {
        AdmissionRequest request = plan.Request;
        if (!request.IsExempt && IsProbe(context.Request))
        {
            request = AdmissionRequest.Exempt;
        }

        // A probe too many is an ordinary request, so it needs its partition as well.
        if (plan.IsPartitioned)
        {
            request = request with { Partition = _partitionBy(context) };
        }

        return _classify is null || request.IsExempt ? request : _classify(context, request);
    }

    private bool IsProbe(HttpRequest request)
    {
        foreach (string path in _probePaths)
        {
            if (string.Equals(request.Path.Value, path, StringComparison.OrdinalIgnoreCase))
            {
                return HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
            }
        }

        return false;
    }
}
