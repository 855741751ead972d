namespace AdmissionControl.Policies;

/// <summary>The share of the concurrency limit, and of the bucket's burst, that each priority may use: above 0, at most 1. Reloadable.</summary>
/// <remarks>
/// With a limit of 40 and a share of 0.5, a request of that priority passes while fewer than 20 permits are in flight: the other half is kept for the more
/// important. A share must not be larger than that of a more important priority. A share never shuts a priority out: when nothing is in flight and the bucket is
/// full, anyone passes.
/// </remarks>
public sealed class PriorityShareOptions
{
    /// <summary>Default 1.</summary>
    public double Critical { get; set; } = 1;

    /// <summary>Default 1; 0.95 with <see cref="AdmissionPolicyBuilder.ShareByPriority"/>.</summary>
    public double High { get; set; } = 1;

    /// <summary>Default 1; 0.9 with <see cref="AdmissionPolicyBuilder.ShareByPriority"/>.</summary>
    public double Normal { get; set; } = 1;

    /// <summary>Default 1; 0.75 with <see cref="AdmissionPolicyBuilder.ShareByPriority"/>.</summary>
    public double Low { get; set; } = 1;

    /// <summary>Default 1; 0.5 with <see cref="AdmissionPolicyBuilder.ShareByPriority"/>.</summary>
    public double Bulk { get; set; } = 1;

    internal double[] ToArray() => [Critical, High, Normal, Low, Bulk];
}
