using AdmissionControl;
using AdmissionControl.Http;

namespace System.Net.Http;

/// <summary>Says how important one call is.</summary>
/// <remarks>What is set stays in <see cref="HttpRequestMessage.Options"/>. Of it, priority and cohort are sent where <see cref="AdmissionHttpOptions.SendsPriority"/> says so.</remarks>
public static class AdmissionHttpRequestMessageExtensions
{
    private static readonly HttpRequestOptionsKey<AdmissionRequest> Key = new("AdmissionControl.Request");

    // Kept apart: a call that has only a cohort of its own has the priority of others.
    private static readonly HttpRequestOptionsKey<byte> CohortKey = new("AdmissionControl.Cohort");

    /// <summary>Sets everything that a policy needs to know of the call. It takes the place of <see cref="AdmissionHttpOptions.Priority"/> and of an earlier call.</summary>
    /// <param name="request">The message.</param>
    /// <param name="admission">Priority, cost, partition, deadline, and the cohort if it has one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    public static HttpRequestMessage SetAdmissionRequest(this HttpRequestMessage request, AdmissionRequest admission)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Options.Set(Key, admission);
        if (admission.Cohort is { } cohort)
        {
            request.Options.Set(CohortKey, cohort);
        }
        else
        {
            ((IDictionary<string, object?>)request.Options).Remove(CohortKey.Key);
        }

        return request;
    }

    /// <summary>Sets the priority of the call and leaves the rest of its admission request as it is.</summary>
    /// <param name="request">The message.</param>
    /// <param name="priority">How bad it is to lose the call.</param>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="priority"/> is not one of the five values.</exception>
    public static HttpRequestMessage SetAdmissionPriority(this HttpRequestMessage request, RequestPriority priority)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Options.Set(Key, (request.GetAdmissionRequest() ?? default) with { Priority = priority });
        return request;
    }

    /// <summary>Sets the cohort of the user for whom the call is made, and leaves the rest of its admission request as it is. Without it the call has that of the request it belongs to, see <see cref="AdmissionFlow"/>.</summary>
    /// <param name="request">The message.</param>
    /// <param name="cohort">From 0 to 127, as <see cref="AdmissionControl.CohortKey"/> draws it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="cohort"/> is above 127.</exception>
    public static HttpRequestMessage SetAdmissionCohort(this HttpRequestMessage request, byte cohort)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cohort, AdmissionRequest.CohortCount);
        request.Options.Set(CohortKey, cohort);
        return request;
    }

    /// <summary>The cohort that was set for the call; null when none was.</summary>
    internal static byte? GetAdmissionCohort(this HttpRequestMessage request) => request.Options.TryGetValue(CohortKey, out byte cohort) ? cohort : null;

    /// <summary>What was set for the call, its cohort aside; null when nothing was.</summary>
    internal static AdmissionRequest? GetAdmissionRequest(this HttpRequestMessage request) =>
        request.Options.TryGetValue(Key, out AdmissionRequest admission) ? admission : null;
}
