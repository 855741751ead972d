using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using AdmissionControl.Contention;
using AdmissionControl.Leases;
using AdmissionControl.Modes;
using AdmissionControl.Telemetry;
using AdmissionControl.Timing;
using AdmissionControl.Triage;

namespace AdmissionControl;

/// <summary>The way of a request: what it takes, what refuses it, and what its end gives back.</summary>
public sealed partial class AdmissionController
{
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    /// <summary>Takes everything that a newcomer needs, while nobody waits.</summary>
    /// <returns>A lease; or, with nothing taken, what the first stage that refused says, which is not counted as a refusal yet.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal AdmissionLease TryEnter(in AdmissionRequest request, PerThread thread)
    {
        if (_isDisposed)
        {
            return AdmissionLease.Refused(RejectionReason.ShuttingDown, TimeSpan.Zero);
        }

        if (!_stages.HasPermit(request, out PriorityShares shares, out int allowed))
        {
            RejectionReason reason = _stages.WhyNoPermit(request, allowed, out TimeSpan retryAfter);
            return AdmissionLease.Refused(reason, retryAfter);
        }

        return TryEnter(request, thread, shares, allowed);
    }

    /// <summary>Takes everything that a newcomer needs, after triage has let it pass.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private AdmissionLease TryEnter(in AdmissionRequest request, PerThread thread, PriorityShares shares, int allowed)
    {
        CounterRow row = _counters.RowOf(thread);
        if (request.DeadlineTimestamp != 0 && _clock.FromTimestamp(request.DeadlineTimestamp) <= _clock.Precise)
        {
            return AdmissionLease.Refused(RejectionReason.DeadlineUnreachable, TimeSpan.Zero);
        }

        long now = ReadClock(row, out bool isTimed);
        RejectionReason reason = _stages.TryTake(request, shares, allowed, now, out int inFlight, out RateLimitLease? platformLease, out TimeSpan retryAfter);
        return reason == RejectionReason.None ? Enter(request, thread, row, inFlight, platformLease, now, isTimed) : AdmissionLease.Refused(reason, retryAfter);
    }

    /// <summary>What would refuse a newcomer now; <see cref="RejectionReason.None"/> when nothing would. Takes nothing and counts nothing.</summary>
    internal RejectionReason Inquire(in AdmissionRequest request, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        return _mode != AdmissionMode.Enforce ? RejectionReason.None : _isDisposed ? RejectionReason.ShuttingDown : _stages.WhatLacks(request, isWaiter: false, out retryAfter);
    }

    /// <summary>
    /// Whether one who was refused so can wait instead. That does not help against one's own partition's rate, a deadline that has passed, a controller that is gone, or a limiter that tells nobody when it
    /// has permits again.
    /// </summary>
    internal bool MayWait(RejectionReason reason) =>
        _queue is not null && reason is not (RejectionReason.PartitionRate or RejectionReason.DeadlineUnreachable or RejectionReason.ShuttingDown or RejectionReason.LastStage);

    /// <summary>Waits in the policy's queue, which it must have, until the request is admitted.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="isInquiry">Whether it waits until it would be admitted, and takes nothing: without a lease either way, and without a reason when it would be.</param>
    internal ValueTask<AdmissionLease> WaitAsync(in AdmissionRequest request, CancellationToken cancellationToken, bool isInquiry = false)
    {
        return TryShed(request, PerThread.Current, isInquiry, out TriageLevel level, out AdmissionLease refusal)
            ? new(refusal)
            : EnqueueAsync(request, level, cancellationToken, isInquiry);
    }

    /// <summary>A lease for one who was granted everything just now.</summary>
    internal AdmissionLease Enter(in AdmissionRequest request, int inFlight, RateLimitLease? platformLease)
    {
        PerThread thread = PerThread.Current;
        CounterRow row = _counters.RowOf(thread);
        long now = AdmissionClock.Unread;
        bool isTimed = false;
        try
        {
            now = ReadClock(row, out isTimed);
        }
        catch (Exception exception)
        {
            // What was taken must be held by somebody.
            _faults.ReportDecision(exception);
            isTimed = false;
        }

        return Enter(request, thread, row, inFlight, platformLease, now, isTimed);
    }

    /// <summary>Counts a refusal, and says when to come back.</summary>
    internal AdmissionLease Refuse(in AdmissionRequest request, RejectionReason reason) => Refuse(request, reason, TimeSpan.Zero);

    /// <summary>The same, of one for whom nobody else would do it: without a moment to come back if that cannot be told.</summary>
    internal AdmissionLease RefuseSafely(in AdmissionRequest request, RejectionReason reason)
    {
        try
        {
            return Refuse(request, reason);
        }
        catch (Exception exception)
        {
            _faults.ReportDecision(exception);
            return AdmissionLease.Refused(reason, TimeSpan.Zero);
        }
    }

    /// <inheritdoc cref="Refuse(in AdmissionRequest, RejectionReason)"/>
    internal AdmissionLease Refuse(in AdmissionRequest request, RejectionReason reason, TimeSpan retryAfter) =>
        Refuse(_counters.RowOf(PerThread.Current), request, reason, retryAfter);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private AdmissionLease Refuse(CounterRow row, in AdmissionRequest request, RejectionReason reason, TimeSpan retryAfter)
    {
        long refusals = AdmissionCounters.CountRejected(row, request.Priority, reason);
        _regulator?.LookAfterRefusal(refusals);

        bool isForetold = reason is RejectionReason.PartitionRate or RejectionReason.Rate || (reason == RejectionReason.LastStage && retryAfter > TimeSpan.Zero);
        TimeSpan due = isForetold ? retryAfter : Max(retryAfter, OverloadRetryAfter(refusals));

        // A stage that was not reached may ask for longer than the one that refused: the caller should come back when all would let it pass.
        if (_stages.Bucket is not null && reason != RejectionReason.Rate)
        {
            due = Max(due, _stages.TokensDueSoon(request));
        }

        return AdmissionLease.Refused(reason, due);
    }

    void ILeaseOwner.Complete(LeaseSlot slot, PerThread thread, AdmissionOutcome outcome, TimeSpan retryAfter)
    {
        try
        {
            if (outcome == AdmissionOutcome.Overloaded && retryAfter > TimeSpan.Zero)
            {
                HoldBack(retryAfter);
            }

            if (_regulator is not null && !slot.IsExempt && !slot.HoldsNoPermit)
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
        }
        catch (Exception exception)
        {
            // What is learnt is lost; what was taken must not be.
            _faults.ReportDecision(exception);
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

    /// <summary>Charges a request to its client as it comes, whatever becomes of it; calm is when nobody is turned away.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Charge(in AdmissionRequest request)
    {
        if (_usage is not null && IsClients(request))
        {
            _usage.Charge(request.Partition, request.Cost, isCalm: SeenPressure == 0, _clock.Coarse);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsClients(in AdmissionRequest request) => !request.Partition.IsNone && !request.IsExempt;

    /// <summary>What can be said at once. A failure of ours must not take the service down that it is to protect: it lets the request through.</summary>
    /// <returns>A lease or a refusal; no answer for one that has to wait, at the level given.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private AdmissionLease Decide(in AdmissionRequest request, PerThread thread, bool mayWait, out TriageLevel level)
    {
        level = default;
        try
        {
            Charge(request);
            AdmissionLease answer = TryEnter(request, thread);
            if (answer.IsAdmitted)
            {
                return answer;
            }

            if (!mayWait || !MayWait(answer.Reason))
            {
                return RefuseOrOvertake(request, mayWait, answer);
            }

            return TryShed(request, thread, isInquiry: false, out level, out AdmissionLease refusal) ? refusal : default;
        }
        catch (Exception exception)
        {
            return LetThrough(request, exception);
        }
    }

    /// <summary>Whether a request comes in a flood that finds no permit, where all that is left to ask is our own: nothing can fail, and a guard would be a good part of the cost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsInFlood(in AdmissionRequest request) => _isTriageInfallible && !_isDisposed && _stages.IsFullFor(request);

    /// <summary>Turns one away that found no permit, as long as there is an overload and others are more important.</summary>
    /// <returns>Whether it was refused; else it waits at its level.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryShed(in AdmissionRequest request, PerThread thread, bool isInquiry, out TriageLevel level, out AdmissionLease refusal)
    {
        refusal = default;
        if (_triage is not { } triage)
        {
            level = TriageLevel.Of(request.Priority, band: 0, cohort: 0);
            return false;
        }

        CounterRow row = _counters.RowOf(thread);
        uint turn = AdmissionCounters.NextTurn(row);
        level = _ranking!.LevelOf(request, turn);
        if (isInquiry || !triage.Sheds(level, turn))
        {
            return false;
        }

        refusal = Refuse(row, request, RejectionReason.Shed, TimeSpan.Zero);
        return true;
    }

    /// <summary>What remains to one who does not wait: to be more important than all who do.</summary>
    private AdmissionLease RefuseOrOvertake(in AdmissionRequest request, bool mayWait, AdmissionLease refusal) => !mayWait && _queue is not null && _stages.Gate.Waiters > 0 && _queue.MayOvertake(request.Priority)
        ? _queue.TryAdmit(request)
        : Refuse(request, refusal.Reason, refusal.RetryAfter);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<AdmissionLease> EnqueueAsync(in AdmissionRequest request, TriageLevel level, CancellationToken cancellationToken, bool isInquiry = false)
    {
        try
        {
            _ranking?.Refresh();
            return _queue!.AdmitAsync(request, level, cancellationToken, isInquiry);
        }
        catch (Exception exception)
        {
            return new(LetThrough(request, exception));
        }
    }

    /// <summary>A failure of ours must not take the service down that it is to protect.</summary>
    internal AdmissionLease LetThrough(in AdmissionRequest request, Exception exception)
    {
        _faults.ReportDecision(exception);
        return UncountedLeases.HoldingNothing.Lease(request);
    }

    /// <summary>How long until a request that another policy of its stack refused would find tokens here.</summary>
    internal TimeSpan TokensDueIn(in AdmissionRequest request) => request.IsExempt ? TimeSpan.Zero : _stages.TokensDueIn(request, ahead: 0);

    /// <summary>
    /// When one who is refused for overload should come back: from once to three times as long as it takes to serve those who are refused in a second, spread evenly, so that those who are refused together do not come
    /// back together.
    /// </summary>
    /// <param name="refusals">A count that grows with each refusal.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TimeSpan OverloadRetryAfter(long refusals)
    {
        TimeSpan least = _triage is { } triage ? Max(_overloadRetryAfter, triage.RetryAfter) : _overloadRetryAfter;

        // Multiples of the golden ratio fill an interval more evenly than chance does.
        ulong place = (ulong)refusals * GoldenRatio;
        return new(least.Ticks + (long)Math.BigMul(2 * (ulong)least.Ticks, place, out _));
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private AdmissionLease Enter(
        in AdmissionRequest request, PerThread thread, CounterRow row, int inFlight, RateLimitLease? platformLease, long now, bool isTimed)
    {
        LeaseSlot slot = thread.Leases.Rent();
        slot.Owner = this;
        slot.Permits = request.Cost;
        slot.Partition = request.Partition;
        slot.Priority = request.Priority;
        slot.IsExempt = request.IsExempt;
        slot.HoldsNoPermit = request.HoldsNoPermit && !request.IsExempt;
        slot.InFlight = inFlight;
        slot.AdmittedAt = now;
        slot.IsTimed = isTimed;
        if (platformLease is not null)
        {
            slot.PlatformLease = platformLease;
        }

        if (_usage is not null && IsClients(request))
        {
            _usage.Served(request.Cost, now);
        }

        AdmissionCounters.CountAdmitted(row, request.Priority);
        return new AdmissionLease(slot);
    }

    /// <summary>The moment of admission: precise when the request is to be timed; else coarse, or none where nobody asks for it.</summary>
    private long ReadClock(CounterRow row, out bool isTimed)
    {
        isTimed = false;
        long now = _regulator is null ? AdmissionClock.Unread : _regulator.ReadClock(row, out isTimed);
        return now == AdmissionClock.Unread && (_regulator is null || _usage is not null) ? _clock.Coarse : now;
    }

    /// <summary>Admits a probe past all stages, or says as what it is to be judged when there are too many of them.</summary>
    private bool TryAdmitProbe(ref AdmissionRequest request, out AdmissionLease lease)
    {
        // Before anything is taken: the clock may throw.
        long now = _clock.Coarse;
        bool isAdmitted = !_isDisposed && _probes.TryEnter(request.Partition);
        lease = default;
        if (isAdmitted)
        {
            PerThread thread = PerThread.Current;
            int inFlight = _stages.Gate.Enter(request.Cost);
            lease = Enter(request, thread, _counters.RowOf(thread), inFlight, platformLease: null, now, isTimed: false);
        }
        else
        {
            request = request with { IsExempt = false, Priority = RequestPriority.Low };
        }

        return isAdmitted;
    }

    private void Release(LeaseSlot slot)
    {
        if (slot.IsExempt)
        {
            _probes.Exit(slot.Partition);
        }

        if (slot.PlatformLease is { } platformLease)
        {
            slot.PlatformLease = null;
            _last!.Release(platformLease);
        }

        if (!slot.HoldsNoPermit)
        {
            _stages.Gate.Release(slot.Permits);
        }
    }
}
