using System.Numerics;
using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using AdmissionControl.Contention;
using AdmissionControl.Modes;
using AdmissionControl.Policies;
using AdmissionControl.Timing;
using AdmissionControl.Triage;

namespace AdmissionControl.Queueing;

/// <summary>
/// The one queue of a controller, whatever is waited for. Waiters hold nothing; the best of them is granted when it has its permit and its tokens at
/// the same moment.
/// </summary>
/// <remarks>
/// One short lock guards the line and the timer; results are set after it was left. A release, the timer, a change of limit or rate and a cancellation all
/// run the same routine, <see cref="Pump"/>.
/// <para>
/// Order: by priority, oldest first within one; with triage as <see cref="QueueTriage"/> has it. Without, the best waiter is never overtaken by an equal or less important one, so a costly request is not starved by cheap ones.
/// Since shares do not rise with falling importance, nobody behind the best waiter could run when it cannot.
/// </para>
/// <para>
/// No lost wake-up: a waiter is counted in the gate's word before it looks for permits (see <see cref="Concurrency.ConcurrencyGate"/>), and the timer is
/// armed for the best waiter's tokens before the lock is left. Whoever gives tokens or permits back while somebody is counted calls <see cref="Pump"/>.
/// </para>
/// </remarks>
internal sealed partial class WaitQueue : IWaitQueue, IDisposable
{
    private readonly AdmissionController _controller;
    private readonly AdmissionStages _stages;
    private readonly AdmissionClock _clock;
    private readonly Lock _lock = new();
    private readonly WaiterLine _line = new();
    private readonly QueueTriage? _triage;
    private readonly QueueAlarm _alarm;
    private QueueBounds _bounds;
    private long _blocked;
    private bool _isClosed;
    private bool _isPumpDue;

    public WaitQueue(
        AdmissionController controller, AdmissionStages stages, AdmissionClock clock, TimeProvider timeProvider, QueueBounds bounds, PolicyPlan.TriagePlan? triage = null)
    {
        _controller = controller;
        _stages = stages;
        _clock = clock;
        _bounds = bounds;
        _triage = triage is null ? null : new QueueTriage(_line, triage.Promises, () => controller.TotalAdmitted, () => controller.TotalShed);
        _alarm = new QueueAlarm(timeProvider, Pump);
        stages.Gate.Attach(this);
    }

    public int Count => _line.Count;

    /// <summary>What those who wait ask for.</summary>
    public long WaitingPermits => _line.Cost;

    /// <summary>Triage of those who wait; null when the policy has none.</summary>
    public QueueTriage? Triage => _triage;

    /// <summary>Those so far who came to wait and found no free permit, then or when their tokens had come. Each counts once, also if there was no place to wait.</summary>
    public long Blocked => Volatile.Read(ref _blocked);

    public QueueBounds Bounds
    {
        get => Volatile.Read(ref _bounds);
        set => Volatile.Write(ref _bounds, value);
    }

    /// <summary>Admits the request at once or lets it wait.</summary>
    /// <param name="request">The request.</param>
    /// <param name="level">Its place in the order of importance.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="isInquiry">Whether it only wants to hear that it would be admitted: its turn comes like any other's, and it takes nothing.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ValueTask<AdmissionLease> AdmitAsync(in AdmissionRequest request, TriageLevel level, CancellationToken cancellationToken, bool isInquiry = false)
    {
        Waiter? waiter = Join(request, level, isInquiry, shadow: null, out AdmissionLease answer);
        if (waiter is null)
        {
            return new(answer);
        }

        waiter.CancelWith(cancellationToken);
        return waiter.Task;
    }

    /// <summary>Waits in place of a request that runs already, and tells it how that ended.</summary>
    public void Follow(in AdmissionRequest request, TriageLevel level, ShadowWait shadow) => Join(request, level, isInquiry: false, shadow, out _);

    private Waiter? Join(in AdmissionRequest request, TriageLevel level, bool isInquiry, ShadowWait? shadow, out AdmissionLease answer)
    {
        Waiter? waiter = null;
        Waiter? done = null;
        lock (_lock)
        {
            // Whoever left the enforced mode has let all run who waited, and would not come back for one who joins now.
            if (shadow is null && _controller.EffectiveMode != AdmissionMode.Enforce)
            {
                answer = isInquiry ? default : UncountedLeases.HoldingNothing.Lease(request);
                return null;
            }

            long now = _clock.Precise;
            answer = Judge(request, level, now, out long expiresAt, out Waiter? victim);
            if (answer.Reason == RejectionReason.None)
            {
                if (victim is not null)
                {
                    Finish(victim, _controller.Refuse(victim.Request, RejectionReason.Displaced), ref done);
                }

                waiter = Waiter.For(this, request, level, now, expiresAt);
                waiter.IsInquiry = isInquiry;
                waiter.Shadow = shadow;
                _stages.Gate.AddWaiter();
                _line.Add(waiter);
                _triage?.Joined(now);
            }

            if (!isInquiry)
            {
                _triage?.Arrived(level);
            }

            Serve(ref done);
            if (waiter is not { IsDone: true } && !isInquiry && _stages.LacksPermit(request))
            {
                CountBlocked(waiter);
            }
        }

        Waiter.SetResults(done);
        return waiter;
    }

    /// <summary>Whether one who will not wait may be more important than all who do. Takes no lock; to be certain, <see cref="TryAdmit"/> looks again.</summary>
    public bool MayOvertake(RequestPriority priority) => _line.Priorities is var waiting && (waiting == 0 || (int)priority < BitOperations.TrailingZeroCount(waiting));

    /// <summary>Admits a request that will not wait, if it is more important than all who do and has what it needs.</summary>
    public AdmissionLease TryAdmit(in AdmissionRequest request)
    {
        Waiter? done = null;
        AdmissionLease lease;
        lock (_lock)
        {
            lease = TryAdmitNow(request);

            // The newcomer may have given back what it could not use, and somebody here may be waiting for just that.
            Serve(ref done);
        }

        Waiter.SetResults(done);
        return lease;
    }

    /// <summary>Grants whatever can be granted now. Called when permits or tokens came back, or a limit or rate changed.</summary>
    public void Pump()
    {
        if (_lock.IsHeldByCurrentThread)
        {
            _isPumpDue = true;
            return;
        }

        Waiter? done = null;
        lock (_lock)
        {
            Serve(ref done);
        }

        Waiter.SetResults(done);
    }

    public void Cancel(Waiter waiter)
    {
        Waiter? done = null;
        lock (_lock)
        {
            if (!waiter.IsDone)
            {
                Finish(waiter, _controller.RefuseSafely(waiter.Request, RejectionReason.Cancelled), ref done);
            }

            Serve(ref done);
        }

        Waiter.SetResults(done);
    }

    /// <summary>Ends every wait with <see cref="RejectionReason.ShuttingDown"/>, and refuses from now on.</summary>
    public void Dispose()
    {
        EndAll(leases: null);
        _alarm.Dispose();
    }

    /// <summary>Ends every wait: all run, with leases that hold nothing.</summary>
    public void LetAllRun(UncountedLeases leases) => EndAll(leases);

    private void EndAll(UncountedLeases? leases)
    {
        Waiter? done = null;
        lock (_lock)
        {
            _isClosed |= leases is null;
            while (_line.Best is { } waiter)
            {
                Finish(waiter, leases?.Lease(waiter.Request) ?? _controller.RefuseSafely(waiter.Request, RejectionReason.ShuttingDown), ref done);
            }

            Serve(ref done);
        }

        Waiter.SetResults(done);
    }

    private AdmissionLease TryAdmitNow(in AdmissionRequest request)
    {
        if (_isClosed)
        {
            return _controller.Refuse(request, RejectionReason.ShuttingDown);
        }

        if (_line.Best is not { } best)
        {
            // Those who waited were served meanwhile: the newcomer is as good as any.
            AdmissionLease answer = _controller.TryEnter(request, PerThread.Current);
            return answer.IsAdmitted ? answer : _controller.Refuse(request, answer.Reason, answer.RetryAfter);
        }

        if (request.Priority >= best.Request.Priority)
        {
            return _controller.Refuse(request, RejectionReason.ConcurrencyLimit);
        }

        RejectionReason lacks = _stages.TryGrant(request, isWaiter: false, out int inFlight, out RateLimitLease? platformLease, out TimeSpan retryAfter);
        return lacks == RejectionReason.None ? _controller.Enter(request, inFlight, platformLease) : _controller.Refuse(request, lacks, retryAfter);
    }

    /// <summary>
    /// Every section under the lock that takes, gives back or changes anything ends here. A provider may run a due timer inside any call to it, on this very thread; such a call only
    /// leaves a note, because the lock would let it in.
    /// </summary>
    /// <remarks>It does not throw. When it fails, nobody knows whether it would ever serve those who wait, so all of them run.</remarks>
    private void Serve(ref Waiter? done)
    {
        try
        {
            do
            {
                _isPumpDue = false;
                Serve(_clock.Precise, ref done);
            }
            while (_isPumpDue);
        }
        catch (Exception exception)
        {
            while (_line.Best is { } waiter)
            {
                AdmissionLease letThrough = _controller.LetThrough(waiter.Request, exception);
                Finish(waiter, waiter.IsInquiry ? default : letThrough, ref done);
            }

            _triage?.RanEmpty();
        }
    }

    /// <summary>The grant routine: while the best waiter has both its permit and its tokens, take both and grant.</summary>
    private void Serve(long now, ref Waiter? done)
    {
        while (_line.FirstToExpire is { } expired && expired.ExpiresAt <= now)
        {
            Finish(expired, _controller.Refuse(expired.Request, WhyExpired(expired)), ref done);
        }

        if (_triage is not null && _triage.TryLook(now, Bounds))
        {
            Trim(_triage.Places(Bounds), ref done);
        }

        long tokensDueAt = long.MaxValue;
        bool isInOrder = _triage is null;
        while ((isInOrder ? _line.Best : _triage!.Next) is { } best)
        {
            int inFlight = 0;
            RateLimitLease? platformLease = null;
            RejectionReason lacks = best.IsInquiry
                ? _stages.WhatLacks(best.Request, isWaiter: true, out TimeSpan retryAfter)
                : _stages.TryGrant(best.Request, isWaiter: true, out inFlight, out platformLease, out retryAfter);
            if (lacks == RejectionReason.None && best.IsInquiry)
            {
                Finish(best, default, ref done);
            }
            else if (lacks == RejectionReason.None)
            {
                Finish(best, _controller.Enter(best.Request, inFlight, platformLease), ref done, isGranted: true);
            }
            else if (lacks is RejectionReason.PartitionRate or RejectionReason.LastStage || retryAfter == TimeSpan.MaxValue)
            {
                // Its own fault, or that of a limiter that would not tell when to try again, or a burst was lowered below its cost; and no reason for those behind
                // it to wait.
                Finish(best, _controller.Refuse(best.Request, lacks, retryAfter), ref done);
            }
            else
            {
                if (!isInOrder && !ReferenceEquals(best, _line.Best))
                {
                    // One who is owed a turn cannot have it, and somebody more important may have more of the limit.
                    isInOrder = true;
                    continue;
                }

                if (lacks != RejectionReason.Rate)
                {
                    CountBlocked(best);
                }

                // Without a permit the next release calls; without tokens only time helps.
                tokensDueAt = lacks == RejectionReason.Rate ? AdmissionClock.Add(now, retryAfter) : long.MaxValue;
                break;
            }
        }

        if (_line.Count == 0)
        {
            _triage?.RanEmpty(now);
        }

        long wakeAt = Math.Min(tokensDueAt, _line.FirstToExpire?.ExpiresAt ?? long.MaxValue);
        if (!_isClosed)
        {
            _alarm.Set(now, _triage is null ? wakeAt : Math.Min(wakeAt, _triage.LooksAt));
        }
    }

    /// <summary>Which came first: its own deadline, or the longest wait.</summary>
    private RejectionReason WhyExpired(Waiter waiter) =>
        waiter.Request.DeadlineTimestamp is not 0 and var deadline && _clock.FromTimestamp(deadline) <= waiter.ExpiresAt
            ? RejectionReason.DeadlineUnreachable
            : RejectionReason.QueueTimeout;

    /// <summary>Counts one who found no permit, once.</summary>
    /// <param name="waiter">Null for one who has no place in the queue either.</param>
    private void CountBlocked(Waiter? waiter)
    {
        if (waiter is { IsBlocked: true } or { IsInquiry: true })
        {
            return;
        }

        if (waiter is not null)
        {
            waiter.IsBlocked = true;
        }

        Volatile.Write(ref _blocked, _blocked + 1);
    }

    /// <summary>Turns the least important away until no more wait than have their turn in time.</summary>
    private void Trim(long places, ref Waiter? done)
    {
        while (_line.Cost > places && _line.Count > 1 && _triage!.FirstToGo(own: null, places) is { } worst)
        {
            Finish(worst, _controller.Refuse(worst.Request, RejectionReason.Displaced), ref done);
        }
    }

    private void Finish(Waiter waiter, AdmissionLease result, ref Waiter? done, bool isGranted = false)
    {
        if (isGranted && !waiter.IsInquiry)
        {
            _triage?.Granted(waiter);
        }

        _line.Remove(waiter);
        _triage?.Left(isLost: !isGranted && !waiter.IsInquiry);
        if (!isGranted)
        {
            _stages.Gate.RemoveWaiter();
        }

        waiter.IsDone = true;
        waiter.Result = result;
        waiter.Next = done;
        done = waiter;
    }
}
