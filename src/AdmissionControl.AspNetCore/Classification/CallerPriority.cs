using AdmissionControl.Propagation;
using Microsoft.AspNetCore.Http;

namespace AdmissionControl.AspNetCore.Classification;

/// <summary>What the caller says of its request's importance, as far as it is believed: anybody may make less of a request, only who is trusted may make more of it or name its cohort. Thread-safe.</summary>
internal sealed class CallerPriority(AdmissionMiddlewareOptions options)
{
    private readonly string? _header = options.PriorityHeader;
    private readonly bool _readsUrgency = options.ReadsUrgency;
    private readonly Func<HttpContext, bool>? _isTrusted = options.IsTrusted;

    public AdmissionRequest Apply(HttpContext context, AdmissionRequest request)
    {
        IHeaderDictionary headers = context.Request.Headers;
        if (_readsUrgency && request.Priority == RequestPriority.Normal && headers[UrgencyField.Header] is [{ } urgency] && UrgencyField.IsLow(urgency))
        {
            request = request with { Priority = RequestPriority.Low };
        }

        if (_header is null || headers[_header] is not [{ } field] || !PriorityField.TryParse(field, out RequestPriority priority, out byte? cohort))
        {
            return request;
        }

        if (_isTrusted is not null && _isTrusted(context))
        {
            return request with { Priority = priority, Cohort = cohort };
        }

        // The larger value is the less important.
        return priority > request.Priority ? request with { Priority = priority } : request;
    }
}
