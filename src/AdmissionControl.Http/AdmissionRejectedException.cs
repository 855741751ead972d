namespace AdmissionControl.Http;

/// <summary>A call was not admitted and was not sent: see <see cref="HttpRefusal.Exception"/>.</summary>
/// <remarks>
/// Deliberately not an <see cref="HttpRequestException"/>: resilience handlers take that for a fault of the network and would repeat at once what was
/// refused to spare the downstream.
/// </remarks>
public sealed class AdmissionRejectedException : Exception
{
    /// <summary>A refusal.</summary>
    /// <param name="policyName">The policy that refused.</param>
    /// <param name="reason">Why.</param>
    /// <param name="retryAfter">When to come back; see <see cref="RetryAfter"/>.</param>
    public AdmissionRejectedException(string policyName, RejectionReason reason, TimeSpan retryAfter)
        : base($"Admission policy '{policyName}' refused the call: {reason}.")
    {
        PolicyName = policyName;
        Reason = reason;
        RetryAfter = retryAfter;
    }

    /// <summary>The policy that refused.</summary>
    public string PolicyName { get; }

    /// <summary>Why it refused.</summary>
    public RejectionReason Reason { get; }

    /// <summary>When to come back, as <see cref="AdmissionLease.RetryAfter"/>: zero when no time can be given, <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan RetryAfter { get; }
}
