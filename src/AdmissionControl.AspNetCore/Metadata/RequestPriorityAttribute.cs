namespace AdmissionControl.AspNetCore;

/// <summary>The priority of an endpoint's requests. On a controller, a page or a handler; the one nearest to the endpoint counts.</summary>
/// <param name="priority">How bad it is to lose such a request.</param>
/// <remarks>Immutable, thread-safe.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequestPriorityAttribute(RequestPriority priority) : Attribute, IAdmissionMark
{
    /// <summary>The priority.</summary>
    public RequestPriority Priority { get; } = priority;
}
