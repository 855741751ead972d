using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using AdmissionControl.RateLimiting;

namespace AdmissionControl.Policies;

/// <summary>Describes one policy in code. Each call adds or replaces one stage; the order of the calls does not matter.</summary>
/// <remarks>Values are checked when the host starts, together with those from configuration, and not here. Not thread-safe.</remarks>
public sealed class AdmissionPolicyBuilder
{
    internal AdmissionPolicyBuilder(AdmissionPolicyOptions options) => Options = options;

    /// <summary>The options that the calls write to.</summary>
    public AdmissionPolicyOptions Options { get; }

    /// <summary>Limits the whole policy to a rate.</summary>
    /// <param name="limit">Such as <c>10/s</c>, <c>400/min</c> or <c>30/10s</c>; see <see cref="RateOptions.Limit"/>.</param>
    /// <param name="burst">Permits at once after a pause; see <see cref="RateOptions.Burst"/>.</param>
    public AdmissionPolicyBuilder Rate(string limit, int burst = 1)
    {
        Options.Rate = new RateOptions { Limit = limit, Burst = burst };
        return this;
    }

    /// <summary>Limits each partition to a rate of its own, in a fixed amount of memory.</summary>
    /// <param name="limit">Such as <c>20/s</c>; see <see cref="PartitionRateOptions.Limit"/>.</param>
    /// <param name="burst">Permits at once after a pause; see <see cref="PartitionRateOptions.Burst"/>.</param>
    /// <param name="memory">Memory for the table of partitions; see <see cref="PartitionRateOptions.Memory"/>.</param>
    public AdmissionPolicyBuilder RatePerPartition(string limit, int burst = 1, string memory = "1MB")
    {
        Options.RatePerPartition = new PartitionRateOptions { Limit = limit, Burst = burst, Memory = memory };
        return this;
    }

    /// <summary>Limits what is in flight at once by the recommended adaptive rule, which needs no number.</summary>
    public AdmissionPolicyBuilder AdaptiveConcurrency() => SetConcurrency(new ConcurrencyOptions(), custom: null);

    /// <summary>Limits what is in flight at once by the recommended adaptive rule, told what is too late.</summary>
    /// <param name="objective">The latency after which an answer is worth little; see <see cref="ConcurrencyOptions.Objective"/>.</param>
    public AdmissionPolicyBuilder AdaptiveConcurrency(TimeSpan objective) =>
        SetConcurrency(new ConcurrencyOptions { Objective = objective }, custom: null);

    /// <summary>Limits what is in flight at once by an adaptive rule.</summary>
    /// <param name="configure">Changes objective, bounds, window or rule; see <see cref="ConcurrencyOptions"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="configure"/> is null.</exception>
    public AdmissionPolicyBuilder AdaptiveConcurrency(Action<ConcurrencyOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var concurrency = new ConcurrencyOptions();
        configure(concurrency);
        return SetConcurrency(concurrency, custom: null);
    }

    /// <summary>Limits what is in flight at once to a number that does not move.</summary>
    /// <param name="limit">Permits, at least 1.</param>
    public AdmissionPolicyBuilder FixedConcurrency(int limit) =>
        SetConcurrency(new ConcurrencyOptions { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = limit }, custom: null);

    /// <summary>Limits what is in flight at once by any rule.</summary>
    /// <param name="algorithm">The rule, at its initial limit.</param>
    /// <exception cref="ArgumentNullException"><paramref name="algorithm"/> is null.</exception>
    public AdmissionPolicyBuilder Concurrency(ILimitAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return SetConcurrency(new ConcurrencyOptions(), algorithm);
    }

    /// <summary>
    /// Triage: when more is asked for than can be served, the most important are served first and the least important turned away first and cheaply. Those who find no permit wait, by priority, and
    /// no longer than can be waited for.
    /// </summary>
    /// <remarks>Needs <see cref="AdmissionController.AdmitAsync"/>. Without <see cref="Queue"/> the longest wait is <see cref="TriageOptions.DefaultMaxWait"/>.</remarks>
    /// <param name="configure">Changes minimum shares or asks for fairness; see <see cref="TriageOptions"/>.</param>
    public AdmissionPolicyBuilder ShedByPriority(Action<TriageOptions>? configure = null)
    {
        Options.Triage ??= new TriageOptions();
        configure?.Invoke(Options.Triage);
        return this;
    }

    /// <summary>Triage with fairness: among those of one priority, clients (<see cref="AdmissionRequest.Partition"/>) that use more than their fair share wait behind the others and are turned away before them.</summary>
    /// <param name="configure">Changes what is always fair and whether known clients are preferred; see <see cref="FairnessOptions"/>.</param>
    public AdmissionPolicyBuilder ShedFairly(Action<FairnessOptions>? configure = null)
    {
        var fairness = new FairnessOptions();
        configure?.Invoke(fairness);
        (Options.Triage ??= new TriageOptions()).Fairness = fairness;
        return this;
    }

    /// <summary>
    /// Keeps part of the limit and of the burst free for the more important, also while nobody waits: <see cref="RequestPriority.High"/> may use 0.95 of both, Normal 0.9, Low 0.75 and Bulk 0.5.
    /// For callers that cannot wait, and for bursts. It costs the kept part while the important are away.
    /// </summary>
    /// <param name="configure">Changes the shares; see <see cref="PriorityShareOptions"/>.</param>
    public AdmissionPolicyBuilder ShareByPriority(Action<PriorityShareOptions>? configure = null)
    {
        var shares = new PriorityShareOptions { High = 0.95, Normal = 0.9, Low = 0.75, Bulk = 0.5 };
        configure?.Invoke(shares);
        Options.Shares = shares;
        return this;
    }

    /// <summary>Lets requests wait for their turn in <see cref="AdmissionController.AdmitAsync"/>.</summary>
    /// <param name="maxWait">The longest wait; see <see cref="QueueOptions.MaxWait"/>.</param>
    /// <param name="maxLength">The most requests that wait; see <see cref="QueueOptions.MaxLength"/>.</param>
    public AdmissionPolicyBuilder Queue(TimeSpan maxWait, int maxLength = 1000)
    {
        Options.Queue = new QueueOptions { MaxWait = maxWait, MaxLength = maxLength };
        return this;
    }

    /// <summary>Asks one of the platform's limiters after all other stages have admitted a request.</summary>
    /// <remarks>
    /// The limiter is only tried, by <see cref="RateLimiter.AttemptAcquire"/> with the request's cost: nothing waits for it, and its own queue is not used. What it gave cannot be given back,
    /// which is why it comes last: nothing after it refuses. Its lease is disposed when the request completes. The policy does not dispose the limiter. Replacing it
    /// needs a restart.
    /// </remarks>
    /// <param name="limiter">The limiter; used by any number of threads.</param>
    /// <exception cref="ArgumentNullException"><paramref name="limiter"/> is null.</exception>
    public AdmissionPolicyBuilder Then(RateLimiter limiter)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        Options.LastStage = new LastStage(limiter);
        return this;
    }

    /// <summary>As <see cref="Then(RateLimiter)"/>, with a limiter for each partition of the requests.</summary>
    /// <param name="limiter">The limiter; used by any number of threads.</param>
    /// <exception cref="ArgumentNullException"><paramref name="limiter"/> is null.</exception>
    public AdmissionPolicyBuilder Then(PartitionedRateLimiter<AdmissionRequest> limiter)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        Options.LastStage = new LastStage(limiter);
        return this;
    }

    private AdmissionPolicyBuilder SetConcurrency(ConcurrencyOptions concurrency, ILimitAlgorithm? custom)
    {
        Options.Concurrency = concurrency;
        Options.CustomAlgorithm = custom;
        return this;
    }
}
