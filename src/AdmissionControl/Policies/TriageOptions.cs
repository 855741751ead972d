namespace AdmissionControl.Policies;

/// <summary>What is done when more is asked for than can be served: who waits, who is turned away, and how soon.</summary>
/// <remarks>
/// Triage works on those who find no free permit (or no tokens) and so have to wait: it needs <see cref="AdmissionController.AdmitAsync"/>, and gives the policy a
/// queue if it has none. While a permit is free and nobody waits, it refuses nobody.
/// </remarks>
public sealed class TriageOptions
{
    /// <summary>The longest wait of a policy with triage and without <see cref="AdmissionPolicyOptions.Queue"/>: 200 ms.</summary>
    public static readonly TimeSpan DefaultMaxWait = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The share of what is served that each priority gets at least, as long as it asks for it, whatever more important requests want: from 0 to 1 each, together at most 1.
    /// Default 0 for all, so that under a lasting overload the least important get nothing. Reloadable.
    /// </summary>
    public PriorityMinimumOptions Minimum { get; set; } = new();

    /// <summary>Fairness among the clients of one priority. Default: none, so that who asks most gets most. A change between none and some needs a restart.</summary>
    public FairnessOptions? Fairness { get; set; }
}
