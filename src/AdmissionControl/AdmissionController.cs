using AdmissionControl.Concurrency;
using AdmissionControl.Contention;
using AdmissionControl.Hosting;
using AdmissionControl.KeyedBuckets;
using AdmissionControl.Leases;
using AdmissionControl.Modes;
using AdmissionControl.Policies;
using AdmissionControl.Queueing;
using AdmissionControl.RateLimiting;
using AdmissionControl.Telemetry;
using AdmissionControl.Timing;
using AdmissionControl.TokenBuckets;
using AdmissionControl.Triage;
using Microsoft.Extensions.Logging;

namespace AdmissionControl;

/// <summary>Decides, for one policy, whether a request runs now, waits, or is turned away. One instance a policy, shared by everybody.</summary>
/// <remarks>
/// A request passes four stages in one direction: its partition's own rate, triage, the policy's rate, the concurrency limit. All or nothing: what an
/// earlier stage took is given back when a later one refuses. A refusal is a value; nothing here throws on the way of a request.
/// <para>
/// While nobody waits, admitting and refusing take no lock and allocate nothing, and neither does turning away at the door under an overload. Waiting takes one short lock. Thread-safe.
/// </para>
/// </remarks>
public sealed partial class AdmissionController : ILeaseOwner, IDisposable
{
    private readonly AdmissionClock _clock;
    private readonly TimeProvider _timeProvider;
    private readonly AdmissionStages _stages;
    private readonly PolicyFaults _faults;
    private readonly LastStage? _last;
    private readonly LimitRegulator? _regulator;
    private readonly WaitQueue? _queue;
    private readonly QueueTriage? _triage;
    private readonly bool _isTriageInfallible;
    private readonly ProbeGuard _probes;
    private readonly LeaseWatch _leases;
    private readonly ThreadCounters _counters = new(AdmissionCounters.Count + LatencySampler.CounterCount);
    private readonly ClientUsage? _usage;
    private readonly Ranking? _ranking;
    private TimeSpan _overloadRetryAfter;
    private volatile bool _isDisposed;

    /// <summary>A controller of its own, outside dependency injection.</summary>
    /// <param name="name">The policy's name, for telemetry and messages.</param>
    /// <param name="options">The policy; copied, so that later changes of the object have no effect.</param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <param name="logger">Told once when a lease is lost (see <see cref="AdmissionPolicyOptions.MaxLeaseAge"/>), once when a limiter at the end of the policy throws, and once when a decision fails and the request is let through; nobody when null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; the message names it, its value and what is allowed.</exception>
    public AdmissionController(string name, AdmissionPolicyOptions options, TimeProvider? timeProvider = null, ILogger<AdmissionController>? logger = null)
        : this(name, options, timeProvider ?? TimeProvider.System, AdmissionClock.For(timeProvider), logger)
    {
    }

    internal AdmissionController(
        string name, AdmissionPolicyOptions options, TimeProvider timeProvider, AdmissionClock clock, ILogger? logger = null, IHostWitness? witness = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(options);
        PolicyPlan plan = PolicyPlan.From(name, options);

        Name = name;
        Plan = plan;
        _clock = clock;
        _timeProvider = timeProvider;
        _faults = new PolicyFaults(name, logger);
        _overloadRetryAfter = plan.OverloadRetryAfter;
        _last = plan.LastStage?.For(_faults);
        var gate = new ConcurrencyGate(plan.Algorithm is null ? ConcurrencyGate.Unlimited : (int)plan.Algorithm.Limit);
        _stages = new AdmissionStages(
            plan.Partition is { } partition ? new BucketTable(partition.PermitsPerSecond, partition.Burst, partition.MemoryBytes, clock) : null,
            plan.Shares,
            plan.Rate is { } rate ? new TokenBucket(rate.PermitsPerSecond, rate.Burst, clock) : null,
            gate,
            _last);
        // The witness watches this process, on the system's time; of the rules, only the knee limit listens to it.
        Witness = witness is null && plan.Algorithm is KneeLimit && ReferenceEquals(timeProvider, TimeProvider.System) ? HostWitness.Join() : null;
        _regulator = plan.Algorithm is null or FixedLimit
            ? null
            : new LimitRegulator(
                plan.Algorithm,
                gate,
                clock,
                new LimitWindowSize(plan.WindowDuration, plan.WindowSamples),
                new LatencySampler(plan.LatencySamplesPerSecond, _counters, AdmissionCounters.Count),
                () => TotalBlocked,
                witness ?? Witness);
        _queue = plan.Queue is { } bounds ? new WaitQueue(this, _stages, clock, timeProvider, bounds, plan.Triage) : null;
        _triage = _queue?.Triage;

        // The clock is all that triage asks of others, and another than the system's may throw.
        _isTriageInfallible = _triage is not null && ReferenceEquals(timeProvider, TimeProvider.System);
        _usage = plan.Triage?.Fairness is { } fairness ? new ClientUsage(fairness.AlwaysFairRate, fairness.PrefersKnownClients, clock.Coarse) : null;
        _ranking = plan.Triage is null ? null : new Ranking(timeProvider, clock, _usage);
        _probes = new ProbeGuard(clock);
        _leases = new LeaseWatch(name, plan.MaxLeaseAge, clock, timeProvider, logger);
        _leases.Follow(this);
        _unlimited = new UncountedLeases(gate, clock);
        _leases.Follow(_unlimited);
        Mode = plan.Mode;
    }

    /// <summary>The policy's name.</summary>
    public string Name { get; }

    /// <summary>Whether the policy limits partitions; such policies are asked first when several are stacked on a request.</summary>
    public bool IsPartitioned => _stages.Partitions is not null;

    /// <summary>
    /// The share of the requests without a free permit that triage turns away now, from 0 to 1: with three times as much asked for as can be served, 0.67. 0 without triage, while there is no overload, and where
    /// the policy is not enforced: the meter shows what it would be in <see cref="AdmissionMode.Shadow"/>.
    /// </summary>
    public double Pressure => _mode == AdmissionMode.Enforce ? SeenPressure : 0;

    /// <summary>
    /// How much an application should do without, from 0 (nothing) to 3: 1 as soon as triage turns anybody away, 2 from a quarter of the requests on, 3 from a half. It rises at once; it falls one step at a time,
    /// two seconds after less than half of that was turned away. 0 without triage, and where the policy is not enforced, so that a shadow changes no answer. Cheap enough for each request.
    /// </summary>
    public int DegradeLevel => _mode == AdmissionMode.Enforce && _triage is { Ladder: { IsUntouched: false } ladder } ? ladder.LevelAt(_clock.Coarse) : 0;

    /// <summary>The pressure as triage sees it, whether the policy is enforced or only counts.</summary>
    internal double SeenPressure => _triage?.Pressure ?? 0;

    /// <summary>Whether the policy asks a platform's limiter last, so that nothing may refuse after it.</summary>
    internal bool HasLastStage => _stages.HasLastStage;

    /// <summary>Whether requests can wait.</summary>
    internal bool HasQueue => _queue is not null;

    /// <summary>What those who wait ask for.</summary>
    internal long WaitingPermits => _queue?.WaitingPermits ?? 0;

    /// <summary>Whether nothing is in flight and nobody waits.</summary>
    internal bool IsAtRest => _stages.Gate.InFlight == 0 && _stages.Gate.Waiters == 0;

    /// <summary>Requests so far that found no free permit, each once: refused for it, or come to the queue for it.</summary>
    internal long TotalBlocked => AdmissionCounters.SumBlocked(_counters) + (_queue?.Blocked ?? 0);

    /// <summary>Requests so far that were admitted.</summary>
    internal long TotalAdmitted => AdmissionCounters.SumAdmitted(_counters);

    /// <summary>Requests so far that were turned away at the door.</summary>
    internal long TotalShed => AdmissionCounters.SumShed(_counters);

    /// <summary>The share in the process's witness that this controller has taken; none when it needs none.</summary>
    internal HostWitness? Witness { get; }

    internal AdmissionStages Stages => _stages;

    internal AdmissionClock Clock => _clock;

    /// <summary>What the policy was last built from.</summary>
    internal PolicyPlan Plan { get; private set; }

    /// <summary>Admits the request now or refuses it now. Never waits.</summary>
    /// <param name="request">The request.</param>
    /// <returns>A lease to complete or dispose when the work is done, or a refusal with its reason.</returns>
    public AdmissionLease TryAdmit(in AdmissionRequest request) => IsSpecial(request) ? TryAdmitSpecial(request) : Decide(request, PerThread.Current, mayWait: false, out _);

    /// <summary>Admits the request now, or lets it wait its turn in the policy's queue, or refuses it.</summary>
    /// <param name="request">The request. Its deadline, if any, bounds the wait, and so does the policy's longest wait.</param>
    /// <param name="cancellationToken">Ends the wait with <see cref="RejectionReason.Cancelled"/>; it does not throw.</param>
    /// <returns>A lease to complete or dispose when the work is done, or a refusal with its reason. Await it once.</returns>
    public ValueTask<AdmissionLease> AdmitAsync(in AdmissionRequest request, CancellationToken cancellationToken = default)
    {
        if (IsSpecial(request))
        {
            return AdmitSpecialAsync(request, cancellationToken);
        }

        // The way of a flood is inlined by attribute, and the thread looked up before it: a service is compiled in calm times, and by their profile the runtime takes this for a way that
        // nobody goes, and leaves each part of it a call.
        PerThread thread = PerThread.Current;
        if (IsInFlood(request))
        {
            Charge(request);
            return TryShed(request, thread, isInquiry: false, out TriageLevel own, out AdmissionLease refusal) ? new(refusal) : EnqueueAsync(request, own, cancellationToken);
        }

        AdmissionLease answer = Decide(request, thread, mayWait: true, out TriageLevel level);
        return answer.IsAnswer ? new(answer) : EnqueueAsync(request, level, cancellationToken);
    }

    /// <summary>Holds the policy's rate back, as a downstream's <c>Retry-After</c> asks. Without a rate there is nothing to hold back.</summary>
    /// <param name="duration">How long; see <see cref="TokenBucket.HoldBack"/>.</param>
    public void HoldBack(TimeSpan duration) => _stages.Bucket?.HoldBack(duration);

    /// <summary>What the controller holds and has counted. A snapshot: figures of one moment only roughly.</summary>
    public AdmissionStatistics GetStatistics() => new(
        _stages.Gate.Limit == ConcurrencyGate.Unlimited ? null : _stages.Gate.Limit,
        _stages.Gate.InFlight,
        _queue?.Count ?? 0,
        _stages.Bucket?.AvailablePermits,
        _leases.LostLeases,
        _counters.Sums());

    /// <summary>
    /// How long the oldest lease has been out; zero when none is. An age far above the slowest request means that some code path neither completes nor disposes its lease. By the
    /// coarse clock, so good to one of its ticks; of a lease whose latency is not measured (see <see cref="ConcurrencyOptions.LatencySamplesPerSecond"/>), since the first call that saw it. It looks at every lease of the process: for a gauge, not for the way of a request.
    /// </summary>
    public TimeSpan GetOldestLeaseAge() => _leases.GetOldestLeaseAge();

    /// <summary>Ends every wait with <see cref="RejectionReason.ShuttingDown"/> and refuses from now on. Leases that are out complete without harm.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _leases.Dispose();
        Witness?.Dispose();
        EndWaits();
    }

    /// <summary>Ends every wait with <see cref="RejectionReason.ShuttingDown"/>; what needs no wait is still admitted, so that a stopping host can finish its work.</summary>
    internal void EndWaits() => _queue?.Dispose();

    /// <summary>Puts new values of the same structure in force while the controller is in use.</summary>
    /// <returns>Whether everything could be changed; false when the new plan has other stages, which needs a restart.</returns>
    internal bool Update(PolicyPlan plan)
    {
        PolicyPlan old = Plan;
        if (!old.HasSameStructure(plan))
        {
            return false;
        }

        Plan = plan;
        if (plan.Mode != old.Mode)
        {
            Mode = plan.Mode;
        }

        if (_usage is not null)
        {
            _usage.AlwaysFairRate = plan.Triage!.Fairness!.AlwaysFairRate;
            _usage.PrefersKnownClients = plan.Triage.Fairness.PrefersKnownClients;
        }

        _overloadRetryAfter = plan.OverloadRetryAfter;
        _stages.Shares = plan.Shares;
        if (plan.Rate is { } rate && plan.Rate != old.Rate)
        {
            _stages.Bucket!.UpdateLimits(rate.PermitsPerSecond, rate.Burst);
        }

        if (plan.Partition is { } partition && partition != old.Partition)
        {
            _stages.Partitions!.UpdateLimits(partition.PermitsPerSecond, partition.Burst);
        }

        if (plan.Algorithm is { } algorithm && !plan.HasSameAlgorithm(old))
        {
            _stages.Gate.Limit = (int)algorithm.Limit;
            _regulator?.Restart(algorithm);
        }

        if (_queue is not null)
        {
            _queue.Bounds = plan.Queue!;
            _triage?.Turns.Shares = plan.Triage!.Promises;
            _queue.Pump();
        }

        return true;
    }
}
