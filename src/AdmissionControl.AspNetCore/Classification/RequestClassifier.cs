using AdmissionControl.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.Logging;

namespace AdmissionControl.AspNetCore.Classification;

/// <summary>Makes of an HTTP request what the policies need to know of it: first what its endpoint says, then its caller, and the application last. Thread-safe; allocates nothing.</summary>
internal sealed class RequestClassifier
{
    private readonly string[] _probePaths;
    private readonly Func<HttpContext, PartitionKey> _partitionBy;
    private readonly Func<HttpContext, AdmissionRequest, AdmissionRequest>? _classify;
    private readonly CallerPriority? _callers;
    private readonly UserCohorts? _users;
    private readonly bool _alwaysNeedsCohort;
    private readonly bool _unauthenticatedIsAnonymous;

    public RequestClassifier(AdmissionMiddlewareOptions options, TimeProvider timeProvider, ILogger logger)
    {
        _probePaths = [.. options.ProbePaths];
        _partitionBy = options.PartitionBy;
        _classify = options.Classify;
        _callers = options.PriorityHeader is not null || options.ReadsUrgency ? new CallerPriority(options) : null;
        _users = options.CohortBy is { } userOf ? new UserCohorts(userOf, options.CohortKey, timeProvider, logger) : null;
        _alwaysNeedsCohort = options.FlowsPriority;
        _unauthenticatedIsAnonymous = options.UnauthenticatedIsAnonymous;
    }

    public AdmissionRequest Classify(HttpContext context, EndpointPlan plan)
    {
        AdmissionRequest request = plan.Request;
        if (!request.IsExempt && IsProbe(context.Request))
        {
            request = AdmissionRequest.Exempt;
        }

        // The guard tells probes apart by whose they are, and a probe too many is an ordinary request.
        if (plan.IsPartitioned || request.IsExempt)
        {
            request = request with { Partition = _partitionBy(context) };
        }

        return request.IsExempt ? request : ClassifyOrdinary(context, plan, request);
    }

    private AdmissionRequest ClassifyOrdinary(HttpContext context, EndpointPlan plan, AdmissionRequest request)
    {
        if (_callers is not null)
        {
            request = _callers.Apply(context, request);
        }

        if (_users is not null && request.Cohort is null && (plan.HasTriage || _alwaysNeedsCohort))
        {
            request = request with { Cohort = _users.Of(context) };
        }

        if (_unauthenticatedIsAnonymous && !IsAuthenticated(context))
        {
            request = request with { IsAnonymous = true };
        }

        return _classify is null ? request : _classify(context, request);
    }

    /// <summary>As <c>context.User.Identity.IsAuthenticated</c>, which would make a user where there is none.</summary>
    private static bool IsAuthenticated(HttpContext context) =>
        context.Features.Get<IHttpAuthenticationFeature>()?.User?.Identity?.IsAuthenticated == true;

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
