using AdmissionControl.Concurrency;
using AdmissionControl.Contention;
using AdmissionControl.Leases;
using AdmissionControl.Timing;

namespace AdmissionControl.Modes;

/// <summary>Leases of requests that run whatever was decided: they hold nothing of their policy's, except, where a gate is given, their count in flight.</summary>
/// <param name="gate">Where they are counted; null for nowhere.</param>
/// <param name="clock">For the age of those that are counted, so that one that is lost can be found.</param>
internal sealed class UncountedLeases(ConcurrencyGate? gate, AdmissionClock? clock) : ILeaseOwner
{
    // Nothing bounds what runs here, and a count that overflows would never come right again.
    private const int MostCounted = int.MaxValue / 2;

    /// <summary>Leases that hold nothing at all.</summary>
    public static UncountedLeases HoldingNothing { get; } = new(gate: null, clock: null);

    /// <summary>A lease for a request that runs.</summary>
    public AdmissionLease Lease(in AdmissionRequest request)
    {
        LeaseSlot slot = PerThread.Current.Leases.Rent();
        slot.Owner = this;
        slot.Permits = gate is { InFlight: < MostCounted } ? request.Cost : 0;
        if (slot.Permits > 0)
        {
            slot.AdmittedAt = clock!.Coarse;
            gate!.Enter(slot.Permits);
        }

        return new AdmissionLease(slot);
    }

    void ILeaseOwner.Complete(LeaseSlot slot, PerThread thread, AdmissionOutcome outcome, TimeSpan retryAfter) => Release(slot.Permits);

    void ILeaseOwner.Withdraw(LeaseSlot slot, PerThread thread) => Release(slot.Permits);

    private void Release(int permits)
    {
        if (permits > 0)
        {
            gate!.Release(permits);
        }
    }
}
