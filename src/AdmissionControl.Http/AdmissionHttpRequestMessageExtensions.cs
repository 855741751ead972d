using AdmissionControl;
using AdmissionControl.Http;

namespace System.Net.Http;

/// <summary>Says how important one call is.</summary>
/// <remarks>What is set stays in <see cref="HttpRequestMessage.Options"/> and is not sent.</remarks>
public static class AdmissionHttpRequestMessageExtensions
{
    private static readonly HttpRequestOptionsKey<AdmissionRequest> Key = new("AdmissionControl.Request");

    /// <summary>Sets everything that a policy needs to know of the call. It takes the place of <see cref="AdmissionHttpOptions.Priority"/> and of an earlier call.</summary>
    /// <param name="request">The message.</param>
    /// <param name="admission">Priority, cost, partition, deadline.</param>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    public static HttpRequestMessage SetAdmissionRequest(this HttpRequestMessage request, AdmissionRequest admission)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Options.Set(Key, admission);
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
        return request.SetAdmissionRequest((request.GetAdmissionRequest() ?? default) with { Priority = priority });
    }

    /// <summary>What was set for the call; null when nothing was.</summary>
    internal static AdmissionRequest? GetAdmissionRequest(this HttpRequestMessage request) =>
        request.Options.TryGetValue(Key, out AdmissionRequest admission) ? admission : null;
}
