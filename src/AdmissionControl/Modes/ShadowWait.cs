using AdmissionControl.Contention;
using AdmissionControl.Leases;
using AdmissionControl.Timing;

namespace AdmissionControl.Modes;

/// <summary>Waits in the queue in place of a request that runs already, and holds what it would have held for as long as its work took, from the moment at which its turn came.</summary>
/// <remarks>
/// So what is in flight under the policy is what would be, and the next decision is the one that would be made. A request that would have been refused holds nothing. Both the turn and the end of the work may come
/// first; the later of the two knows when to let go. Thread-safe.
/// </remarks>
internal sealed class ShadowWait(AdmissionClock clock, TimeProvider timeProvider) : ILeaseOwner
{
    private const long NanosecondsPerTick = 100;

    private readonly Lock _lock = new();
    private readonly long _startedAt = clock.Precise;
    private AdmissionLease _permit;
    private AdmissionOutcome _outcome;
    private long _waited;
    private long _worked;
    private bool _hasTurn;
    private bool _hasEnded;
    private ITimer? _timer;

    /// <summary>The lease of the request that runs.</summary>
    public AdmissionLease Lease()
    {
        LeaseSlot slot = PerThread.Current.Leases.Rent();
        slot.Owner = this;
        return new AdmissionLease(slot);
    }

    /// <summary>Its turn has come, or it was refused.</summary>
    public void Answer(in AdmissionLease permit)
    {
        if (!permit.IsAdmitted)
        {
            return;
        }

        lock (_lock)
        {
            _permit = permit;
            _waited = TimeSoFar();
            _hasTurn = true;
            LetGoWhenDue(_worked);
        }
    }

    void ILeaseOwner.Complete(LeaseSlot slot, PerThread thread, AdmissionOutcome outcome, TimeSpan retryAfter)
    {
        lock (_lock)
        {
            _outcome = outcome;
            _worked = TimeSoFar();
            _hasEnded = true;
            LetGoWhenDue(_waited);
        }
    }

    void ILeaseOwner.Withdraw(LeaseSlot slot, PerThread thread) => ((ILeaseOwner)this).Complete(slot, thread, AdmissionOutcome.Ignored, TimeSpan.Zero);

    /// <summary>Nothing when the clock fails: a shadow that holds for too short a time harms nobody.</summary>
    private long TimeSoFar()
    {
        try
        {
            return clock.Precise - _startedAt;
        }
        catch (Exception)
        {
            return 0;
        }
    }

    private void LetGoWhenDue(long nanoseconds)
    {
        if (_hasTurn && _hasEnded)
        {
            using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
            _timer = timeProvider.CreateTimer(
                static state => ((ShadowWait)state!).LetGo(), this, new TimeSpan(nanoseconds / NanosecondsPerTick), Timeout.InfiniteTimeSpan);
        }
    }

    private void LetGo()
    {
        _permit.Complete(_outcome);
        lock (_lock)
        {
            _timer?.Dispose();
        }
    }
}
