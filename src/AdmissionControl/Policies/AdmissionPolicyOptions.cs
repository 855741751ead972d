namespace AdmissionControl.Policies;

/// <summary>One policy, as code or configuration describes it. A stage that is null is not there.</summary>
/// <remarks>
/// Validated once, at start. The stages of a policy are fixed then; the values in them follow a reload of the configuration without a restart. Not
/// thread-safe: it is read once and copied.
/// </remarks>
public sealed class AdmissionPolicyOptions
{
    /// <summary>The policy's own rate. Default: none.</summary>
    public RateOptions? Rate { get; set; }

    /// <summary>A rate for each partition (client, tenant, downstream). Default: none.</summary>
    public PartitionRateOptions? RatePerPartition { get; set; }

    /// <summary>The limit of what is in flight at once. Default: none.</summary>
    public ConcurrencyOptions? Concurrency { get; set; }

    /// <summary>The wait queue of <see cref="AdmissionController.AdmitAsync"/>. Default: none, so that nothing ever waits.</summary>
    public QueueOptions? Queue { get; set; }

    /// <summary>What is done when more is asked for than can be served. Default: none, so that those who wait are served by priority and age, and nobody else is turned away for them.</summary>
    public TriageOptions? Triage { get; set; }

    /// <summary>Whether the policy decides, only counts what it would decide, or does nothing. Default <see cref="AdmissionMode.Enforce"/>. Reloadable.</summary>
    public AdmissionMode Mode { get; set; }

    /// <summary>The share of the limit and of the burst that each priority may use. Default: all of both for every priority. Reloadable.</summary>
    public PriorityShareOptions Shares { get; set; } = new();

    /// <summary>
    /// What a refusal for overload asks the caller to wait at least, since no completion can be foretold. Up to three times as long is asked for, so that those who were refused together do not come
    /// back together; and with <see cref="Triage"/> longer, the more are turned away. From 0 to 1 hour; default 1 s. Reloadable.
    /// </summary>
    public TimeSpan OverloadRetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The age at which a lease that nobody has completed is taken for lost: it is logged once a policy, what it holds is released, and a late completion changes
    /// nothing. It must be longer than the slowest request. From 1 second to 30 days; default: none, so that leases live for ever. A change needs a
    /// restart.
    /// </summary>
    public TimeSpan? MaxLeaseAge { get; set; }

    /// <summary>A limit algorithm given in code; it takes the place of <see cref="ConcurrencyOptions.Algorithm"/>.</summary>
    /// <remarks>A field, because binding from configuration looks at every property.</remarks>
    internal Concurrency.ILimitAlgorithm? CustomAlgorithm;

    /// <summary>A limiter of the platform's, given in code, that is asked after all stages.</summary>
    internal RateLimiting.LastStage? LastStage;
}
