using AdmissionControl.Concurrency;
using AdmissionControl.Queueing;
using AdmissionControl.RateLimiting;
using AdmissionControl.Triage;
using Microsoft.Extensions.Options;

namespace AdmissionControl.Policies;

/// <summary>A policy whose options were checked and copied: what a controller is built from.</summary>
internal sealed record PolicyPlan
{
    public required PriorityShares Shares { get; init; }

    public required TimeSpan OverloadRetryAfter { get; init; }

    public RatePlan? Rate { get; init; }

    public PartitionPlan? Partition { get; init; }

    public ILimitAlgorithm? Algorithm { get; init; }

    public TimeSpan WindowDuration { get; init; }

    public int WindowSamples { get; init; }

    public int LatencySamplesPerSecond { get; init; }

    public TimeSpan? MaxLeaseAge { get; init; }

    public AdmissionMode Mode { get; init; }

    public QueueBounds? Queue { get; init; }

    public TriagePlan? Triage { get; init; }

    /// <summary>The largest cost that can ever be admitted.</summary>
    public int MaxCost => Math.Min(AdmissionRequest.MaxCost, Math.Min(Algorithm?.MaxLimit ?? int.MaxValue, Rate?.Burst ?? int.MaxValue));

    /// <summary>Asked last. The one that the controller was built with stays, whatever a reload brings.</summary>
    public LastStage? LastStage { get; init; }

    /// <summary>Checks and copies.</summary>
    /// <exception cref="OptionsValidationException">An option is out of its range.</exception>
    public static PolicyPlan From(string name, AdmissionPolicyOptions options)
    {
        ValidateOptionsResult result = new AdmissionPolicyOptionsValidator().Validate(name, options);
        if (result.Failed)
        {
            throw new OptionsValidationException(name, typeof(AdmissionPolicyOptions), result.Failures);
        }

        ConcurrencyOptions? concurrency = options.Concurrency;
        return new PolicyPlan
        {
            Shares = new PriorityShares(options.Shares.ToArray()),
            OverloadRetryAfter = options.OverloadRetryAfter,
            Rate = options.Rate is { } rate ? new RatePlan(PermitsPerSecond(rate.Limit), rate.Burst) : null,
            Partition = options.RatePerPartition is { } partition
                ? new PartitionPlan(PermitsPerSecond(partition.Limit), partition.Burst, MemorySize.TryParse(partition.Memory, out long bytes) ? bytes : 0)
                : null,
            Algorithm = options.CustomAlgorithm ?? (concurrency is null ? null : LimitAlgorithms.Create(concurrency)),
            WindowDuration = concurrency?.WindowDuration ?? default,
            WindowSamples = concurrency?.WindowSamples ?? default,
            LatencySamplesPerSecond = concurrency?.LatencySamplesPerSecond ?? default,
            MaxLeaseAge = options.MaxLeaseAge,
            LastStage = options.LastStage,
            Mode = options.Mode,
            Queue = QueueOf(options) is { } queue ? new QueueBounds(queue.MaxWait, queue.MaxLength) : null,
            Triage = options.Triage is { } triage
                ? new TriagePlan(
                    triage.Minimum.ToArray(), triage.Fairness is { } fairness ? new FairnessPlan(fairness.AlwaysFairRate, fairness.PrefersKnownClients) : null)
                : null,
        };
    }

    /// <summary>Whether a controller built from the other plan can take this one's values while it runs.</summary>
    public bool HasSameStructure(PolicyPlan other) =>
        (Rate is null) == (other.Rate is null)
        && Partition?.MemoryBytes == other.Partition?.MemoryBytes
        && Algorithm?.GetType() == other.Algorithm?.GetType()
        && WindowDuration == other.WindowDuration
        && WindowSamples == other.WindowSamples
        && LatencySamplesPerSecond == other.LatencySamplesPerSecond
        && MaxLeaseAge == other.MaxLeaseAge
        && (LastStage is null) == (other.LastStage is null)
        && (Queue is null) == (other.Queue is null)
        && (Triage is null) == (other.Triage is null)
        && (Triage?.Fairness is null) == (other.Triage?.Fairness is null);

    /// <summary>Whether the rule starts as the other plan's does, so that it may go on undisturbed.</summary>
    public bool HasSameAlgorithm(PolicyPlan other) => Equals(Algorithm, other.Algorithm);

    /// <summary>Triage needs a queue: those who cannot be served at once are what it tells apart.</summary>
    private static QueueOptions? QueueOf(AdmissionPolicyOptions options) =>
        options.Queue ?? (options.Triage is null ? null : new QueueOptions { MaxWait = TriageOptions.DefaultMaxWait });

    private static double PermitsPerSecond(string? limit) => TokenBuckets.Rate.Parse(limit!).PermitsPerSecond;

    internal sealed record RatePlan(double PermitsPerSecond, int Burst);

    internal sealed record TriagePlan(double[] Promises, FairnessPlan? Fairness);

    internal sealed record FairnessPlan(double AlwaysFairRate, bool PrefersKnownClients);

    internal sealed record PartitionPlan(double PermitsPerSecond, int Burst, long MemoryBytes);
}
