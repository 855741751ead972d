using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using AdmissionControl.Contention;
using AdmissionControl.Hosting;
using AdmissionControl.KeyedBuckets;
using AdmissionControl.Leases;
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
/// While nobody waits, admitting and refusing take no lock and allocate nothing. Waiting takes one short lock and one object. Thread-safe.
/// </para>
/// </remarks>
public sealed class AdmissionController : ILeaseOwner, IDisposable
{
    private const double GoldenRatio = 0.6180339887498949;

    private readonly AdmissionClock _clock;
    private readonly AdmissionStages _stages;
    private readonly LastStage? _last;
    private readonly LimitRegulator? _regulator;
    private readonly WaitQueue? _queue;
    private readonly ProbeGuard _probes;
    private readonly LeaseWatch _leases;
    private readonly ThreadCounters _counters = new(AdmissionCounters.Count + LatencySampler.CounterCount);
    private readonly Ranking? _ranking;
    private TimeSpan _overloadRetryAfter;
    private volatile bool _isDisposed;

    /// <summary>A controller of its own, outside dependency injection.</summary>
    /// <param name="name">The policy's name, for telemetry and messages.</param>
    /// <param name="options">The policy; copied, so that later changes of the object have no effect.</param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <param name="logger">Told once when a lease is lost (see <see cref="AdmissionPolicyOptions.MaxLeaseAge"/>), and once when a limiter at the end of the policy throws; nobody when null.</param>
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
        _overloadRetryAfter = plan.OverloadRetryAfter;
        _last = plan.LastStage?.For(new LastStageFaults(name, logger));
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
        _queue = plan.Queue is { } bounds ? new WaitQueue(this, _stages, clock, timeProvider, bounds, plan.Triage?.Promises) : null;
        _ranking = plan.Triage is null ? null : new Ranking(timeProvider, clock);
        _probes = new ProbeGuard(clock);
        _leases = new LeaseWatch(name, plan.MaxLeaseAge, clock, timeProvider, logger);
        _leases.Follow(this);
    }

    /// <summary>The policy's name.</summary>
    public string Name { get; }

    /// <summary>Whether the policy limits partitions; such policies are asked first when several are stacked on a request.</summary>
    public bool IsPartitioned => _stages.Partitions is not null;

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

    /// <summary>The share in the process's witness that this controller has taken; none when it needs none.</summary>
    internal HostWitness? Witness { get; }

    internal AdmissionStages Stages => _stages;

    internal AdmissionClock Clock => _clock;

    /// <summary>What the policy was last built from.</summary>
    internal PolicyPlan Plan { get; private set; }

    /// <summary>Admits the request now or refuses it now. Never waits.</summary>
    /// <param name="request">The request.</param>
    /// <returns>A lease to complete or dispose when the work is done, or a refusal with its reason.</returns>
    public AdmissionLease TryAdmit(in AdmissionRequest request)
    {
        if (request.IsExempt)
        {
            return TryAdmitProbe(request, out AdmissionLease probe, out AdmissionRequest ordinary) ? probe : TryAdmit(ordinary);
        }

        LeaseSlot? slot = TryEnter(request, out RejectionReason reason, out TimeSpan retryAfter);
        return slot is not null ? new AdmissionLease(slot) : RefuseOrOvertake(request, reason, retryAfter);
    }

    /// <summary>Admits the request now, or lets it wait its turn in the policy's queue, or refuses it.</summary>
    /// <param name="request">The request. Its deadline, if any, bounds the wait, and so does the policy's longest wait.</param>
    /// <param name="cancellationToken">Ends the wait with <see cref="RejectionReason.Cancelled"/>; it does not throw.</param>
    /// <returns>A lease to complete or dispose when the work is done, or a refusal with its reason. Await it once.</returns>
    public ValueTask<AdmissionLease> AdmitAsync(in AdmissionRequest request, CancellationToken cancellationToken = default)
    {
        if (request.IsExempt)
        {
            return TryAdmitProbe(request, out AdmissionLease probe, out AdmissionRequest ordinary) ? new(probe) : AdmitAsync(ordinary, cancellationToken);
        }

        LeaseSlot? slot = TryEnter(request, out RejectionReason reason, out TimeSpan retryAfter);
        if (slot is not null)
        {
            return new(new AdmissionLease(slot));
        }

        return MayWait(reason) ? WaitAsync(request, cancellationToken) : new(Refuse(request, reason, retryAfter));
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
            _queue.Triage?.Turns.Shares = plan.Triage!.Promises;
            _queue.Pump();
        }

        return true;
    }

    /// <summary>Takes everything that a newcomer needs, while nobody waits.</summary>
    /// <returns>The slot of a lease that is to begin; null with the first stage that refused, and nothing is taken.</returns>
    internal LeaseSlot? TryEnter(in AdmissionRequest request, out RejectionReason reason, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        if (_isDisposed)
        {
            reason = RejectionReason.ShuttingDown;
            return null;
        }

        if (!_stages.HasPermit(request, out PriorityShares shares, out int allowed))
        {
            reason = _stages.WhyNoPermit(request, out retryAfter);
            return null;
        }

        PerThread thread = PerThread.Current;
        CounterRow row = _counters.RowOf(thread);
        long now = ReadClock(row, out bool isTimed);
        reason = _stages.TryTake(request, shares, allowed, now, out int inFlight, out RateLimitLease? platformLease, out retryAfter);
        return reason == RejectionReason.None ? Enter(request, thread, row, inFlight, platformLease, now, isTimed) : null;
    }

    /// <summary>What would refuse a newcomer now; <see cref="RejectionReason.None"/> when nothing would. Takes nothing and counts nothing.</summary>
    internal RejectionReason Inquire(in AdmissionRequest request, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        return _isDisposed ? RejectionReason.ShuttingDown : _stages.WhatLacks(request, isWaiter: false, out retryAfter);
    }

    /// <summary>
    /// Whether one who was refused so can wait instead. That does not help against one's own partition's rate, a controller that is gone, or a limiter that tells nobody when it has permits
    /// again.
    /// </summary>
    internal bool MayWait(RejectionReason reason) =>
        _queue is not null && reason is not (RejectionReason.PartitionRate or RejectionReason.ShuttingDown or RejectionReason.LastStage);

    /// <summary>Waits in the policy's queue, which it must have, until the request is admitted.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="isInquiry">Whether it waits until it would be admitted, and takes nothing: without a lease either way, and without a reason when it would be.</param>
    internal ValueTask<AdmissionLease> WaitAsync(in AdmissionRequest request, CancellationToken cancellationToken, bool isInquiry = false)
    {
        if (_ranking is null)
        {
            return _queue!.AdmitAsync(request, TriageLevel.Of(request.Priority, band: 0, cohort: 0), cancellationToken, isInquiry);
        }

        TriageLevel level = _ranking.LevelOf(request);
        return !isInquiry && _queue!.Triage!.Sheds(level)
            ? new(Refuse(request, RejectionReason.Shed))
            : _queue!.AdmitAsync(request, level, cancellationToken, isInquiry);
    }

    /// <summary>A lease for a waiter that was granted everything just now.</summary>
    internal AdmissionLease Admit(in AdmissionRequest request, int inFlight, RateLimitLease? platformLease)
    {
        PerThread thread = PerThread.Current;
        CounterRow row = _counters.RowOf(thread);
        long now = ReadClock(row, out bool isTimed);
        return new AdmissionLease(Enter(request, thread, row, inFlight, platformLease, now, isTimed));
    }

    internal AdmissionLease Refuse(in AdmissionRequest request, RejectionReason reason) => Refuse(request, reason, TimeSpan.Zero);

    internal AdmissionLease Refuse(in AdmissionRequest request, RejectionReason reason, TimeSpan retryAfter)
    {
        long refusals = AdmissionCounters.CountRejected(_counters.RowOf(PerThread.Current), request.Priority, reason);
        _regulator?.LookAfterRefusal(refusals);

        // A stage that was not reached may ask for longer than the one that refused: the caller should come back when all would let it pass.
        TimeSpan tokens = reason == RejectionReason.Rate ? TimeSpan.Zero : _stages.TokensDueSoon(request);
        bool isForetold = reason is RejectionReason.PartitionRate or RejectionReason.Rate || (reason == RejectionReason.LastStage && retryAfter > TimeSpan.Zero);
        TimeSpan overload = isForetold ? TimeSpan.Zero : OverloadRetryAfter(refusals);
        return AdmissionLease.Refused(reason, Max(retryAfter, Max(tokens, overload)));
    }

    void ILeaseOwner.Complete(LeaseSlot slot, PerThread thread, AdmissionOutcome outcome, TimeSpan retryAfter)
    {
        if (outcome == AdmissionOutcome.Overloaded && retryAfter > TimeSpan.Zero)
        {
            HoldBack(retryAfter);
        }

        if (_regulator is not null && !slot.IsExempt)
        {
            if (slot.IsTimed)
            {
                _regulator.Record(slot.AdmittedAt, slot.InFlight, outcome, slot.Permits);
            }
            else
            {
                _regulator.RecordUntimed(_counters.RowOf(thread), slot.InFlight, outcome);
            }
        }

        Release(slot);
    }

    void ILeaseOwner.Withdraw(LeaseSlot slot, PerThread thread)
    {
        if (!slot.IsExempt)
        {
            _stages.RefundTokens(slot.Permits, slot.Partition);
        }

        AdmissionCounters.CountWithdrawn(_counters.RowOf(thread), slot.Priority);
        Release(slot);
    }

    /// <summary>How long until a request that another policy of its stack refused would find tokens here.</summary>
    internal TimeSpan TokensDueIn(in AdmissionRequest request) => request.IsExempt ? TimeSpan.Zero : _stages.TokensDueIn(request, ahead: 0);

    /// <summary>
    /// When one who is refused for overload should come back: from once to three times as long as it takes to serve those who are refused in a second, spread evenly, so that those who are refused together do not come
    /// back together.
    /// </summary>
    /// <param name="refusals">A count that grows with each refusal.</param>
    private TimeSpan OverloadRetryAfter(long refusals)
    {
        TimeSpan least = _queue?.Triage is { } triage ? Max(_overloadRetryAfter, triage.RetryAfter) : _overloadRetryAfter;

        // Multiples of the golden ratio fill an interval more evenly than chance does.
        double place = refusals * GoldenRatio % 1;
        return new((long)(least.Ticks * (1 + (2 * place))));
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private LeaseSlot Enter(
        in AdmissionRequest request, PerThread thread, CounterRow row, int inFlight, RateLimitLease? platformLease, long now, bool isTimed)
    {
        LeaseSlot slot = thread.Leases.Rent();
        slot.Owner = this;
        slot.Permits = request.Cost;
        slot.Partition = request.Partition;
        slot.Priority = request.Priority;
        slot.IsExempt = request.IsExempt;
        slot.InFlight = inFlight;
        slot.AdmittedAt = now;
        slot.IsTimed = isTimed;
        if (platformLease is not null)
        {
            slot.PlatformLease = platformLease;
        }

        AdmissionCounters.CountAdmitted(row, request.Priority);
        return slot;
    }

    /// <summary>The moment of admission: precise when the request is to be timed.</summary>
    private long ReadClock(CounterRow row, out bool isTimed)
    {
        isTimed = false;
        return _regulator is null ? _clock.Coarse : _regulator.ReadClock(row, out isTimed);
    }

    /// <summary>Admits a probe past all stages, or says as what it is to be judged when there are too many of them.</summary>
    private bool TryAdmitProbe(in AdmissionRequest request, out AdmissionLease lease, out AdmissionRequest ordinary)
    {
        ordinary = request with { IsExempt = false, Priority = RequestPriority.Low };
        bool isAdmitted = !_isDisposed && _probes.TryEnter();
        lease = default;
        if (isAdmitted)
        {
            PerThread thread = PerThread.Current;
            int inFlight = _stages.Gate.Enter(request.Cost);
            lease = new AdmissionLease(Enter(request, thread, _counters.RowOf(thread), inFlight, platformLease: null, _clock.Coarse, isTimed: false));
        }

        return isAdmitted;
    }

    /// <summary>What remains to one who does not wait: to be more important than all who do.</summary>
    private AdmissionLease RefuseOrOvertake(in AdmissionRequest request, RejectionReason reason, TimeSpan retryAfter) =>
        _queue is not null && _stages.Gate.Waiters > 0 ? _queue.TryAdmit(request) : Refuse(request, reason, retryAfter);

    private void Release(LeaseSlot slot)
    {
        if (slot.IsExempt)
        {
            _probes.Exit();
        }

        if (slot.PlatformLease is { } platformLease)
        {
            slot.PlatformLease = null;
            _last!.Release(platformLease);
        }

        _stages.Gate.Release(slot.Permits);
    }
}
