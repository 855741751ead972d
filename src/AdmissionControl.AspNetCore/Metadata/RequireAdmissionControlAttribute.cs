namespace AdmissionControl.AspNetCore;

/// <summary>One more policy for an endpoint, on top of those of <c>UseAdmissionControl</c>. Several add up; the same one twice counts once.</summary>
/// <param name="policyName">The policy's name; upper and lower case are the same. One that is not registered stops the host when it starts.</param>
/// <remarks>Immutable, thread-safe.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequireAdmissionControlAttribute(string policyName) : Attribute, IAdmissionMark
{
    /// <summary>The policy's name.</summary>
    public string PolicyName { get; } = policyName;
}
