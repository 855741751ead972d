using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace AdmissionControl.AspNetCore.Endpoints;

/// <summary>The plan of each endpoint, made when it is first seen.</summary>
/// <remarks>Endpoints that a data source replaces are forgotten with their plans. Thread-safe.</remarks>
internal sealed class EndpointPlans
{
    private readonly AdmissionPolicies _policies;
    private readonly AdmissionController[] _always;
    private readonly EndpointPlan _withoutEndpoint;
    private readonly ConditionalWeakTable<Endpoint, EndpointPlan> _plans = [];
    private readonly ConditionalWeakTable<Endpoint, EndpointPlan>.CreateValueCallback _create;

    /// <param name="policies">All policies.</param>
    /// <param name="always">The policies that every request passes.</param>
    /// <exception cref="InvalidOperationException">A policy is not registered.</exception>
    public EndpointPlans(AdmissionPolicies policies, IEnumerable<string> always)
    {
        _policies = policies;
        _always = [.. always.Distinct(StringComparer.OrdinalIgnoreCase).Select(name => Resolve(name, "UseAdmissionControl"))];
        _withoutEndpoint = new EndpointPlan(_always, default);
        _create = Create;
    }

    /// <summary>The plan of an endpoint, or of requests that match none.</summary>
    /// <exception cref="InvalidOperationException">The endpoint requires a policy that is not registered.</exception>
    public EndpointPlan For(Endpoint? endpoint) => endpoint is null ? _withoutEndpoint : _plans.GetValue(endpoint, _create);

    private EndpointPlan Create(Endpoint endpoint)
    {
        EndpointMetadataCollection metadata = endpoint.Metadata;
        string user = $"endpoint '{endpoint.DisplayName}'";
        IEnumerable<AdmissionController> required = metadata.GetOrderedMetadata<RequireAdmissionControlAttribute>().Select(m => Resolve(m.PolicyName, user));
        AdmissionController[] controllers = [.. _always.Concat(required).Distinct()];
        if (metadata.GetMetadata<DisableAdmissionControlAttribute>() is not null)
        {
            controllers = [];
        }

        RequestPriority priority = metadata.GetMetadata<RequestPriorityAttribute>()?.Priority ?? RequestPriority.Normal;
        bool isLatencyExcluded = metadata.GetMetadata<ExcludeLatencyAttribute>() is not null;
        return new EndpointPlan(
            controllers,
            ProbeEndpoint.Is(endpoint) ? AdmissionRequest.Exempt : new AdmissionRequest(priority) { HoldsNoPermit = isLatencyExcluded });
    }

    private AdmissionController Resolve(string name, string usedBy) =>
        _policies.TryGet(name, out AdmissionController? controller) ? controller : throw _policies.Unknown(name, usedBy);
}
