using AdmissionControl.Concurrency;
using AdmissionControl.Contention;
using AdmissionControl.Leases;

namespace AdmissionControl.Modes;

/// <summary>Leases of requests that run whatever was decided: they hold nothing of their policy's, except, where a gate is given, their count in flight.</summary>
internal sealed class UncountedLeases(ConcurrencyGate? gate) : ILeaseOwner
{
    /// <summary>Leases that hold nothing at all.</summary>
    public static UncountedLeases HoldingNothing { get; } = new(gate: null);

    /// <summary>A lease for a request that runs.</summary>
    public AdmissionLease Lease(in AdmissionRequest request)
    {
        LeaseSlot slot = PerThread.Current.Leases.Rent();
        slot.Owner = this;
        slot.Permits = request.Cost;
        gate?.Enter(request.Cost);
        return new AdmissionLease(slot);
    }

    void ILeaseOwner.Complete(LeaseSlot slot, PerThread thread, AdmissionOutcome outcome, TimeSpan retryAfter) => gate?.Release(slot.Permits);

    void ILeaseOwner.Withdraw(LeaseSlot slot, PerThread thread) => gate?.Release(slot.Permits);
}
