using AdmissionControl.Contention;

namespace AdmissionControl.Leases;

/// <summary>Who gave a lease and takes back what it holds. Called once for each lease.</summary>
internal interface ILeaseOwner
{
    /// <summary>The work has ended.</summary>
    void Complete(LeaseSlot slot, PerThread thread, AdmissionOutcome outcome, TimeSpan retryAfter);

    /// <summary>The request is not admitted after all: another policy of its stack refused.</summary>
    void Withdraw(LeaseSlot slot, PerThread thread);
}
