using AdmissionControl.Leases;
using AdmissionControl.Triage;

namespace AdmissionControl;

/// <summary>What a controller says of a request at once: it is admitted, or refused, or it waits.</summary>
/// <remarks>
/// Filled in field by field and read so: a lease or a task that is copied as a whole right after it was written in parts makes the processor wait, several times in a refusal that takes
/// no longer than one of these.
/// </remarks>
internal ref struct Decision
{
    /// <summary>The slot of the lease that is to begin; null unless admitted.</summary>
    public LeaseSlot? Slot;

    /// <summary>Why it is refused; <see cref="RejectionReason.None"/> when it is not.</summary>
    public RejectionReason Reason;

    /// <summary>When to come back, if it is refused.</summary>
    public TimeSpan RetryAfter;

    /// <summary>Its place among those who wait, if it does.</summary>
    public TriageLevel Level;

    /// <summary>Whether it is neither admitted nor refused.</summary>
    public readonly bool Waits => Slot is null && Reason == RejectionReason.None;

    /// <summary>The answer to one who does not wait. Begins the lease, so it is to be called once.</summary>
    public readonly AdmissionLease Lease() => Slot is not null ? new AdmissionLease(Slot) : AdmissionLease.Refused(Reason, RetryAfter);
}
