namespace AdmissionControl.DependencyInjection;

/// <summary>Somebody who will ask for a policy by name, such as an HttpClient: checked when the host starts.</summary>
internal sealed record PolicyReference(string PolicyName, string UsedBy);
