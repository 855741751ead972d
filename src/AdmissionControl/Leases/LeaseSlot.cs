namespace AdmissionControl.Leases;

/// <summary>What one admitted request holds. Pooled: it serves one lease after another, each under its own version.</summary>
/// <remarks>
/// Invariant: an even version says that the slot is idle, an odd one that it belongs to the one lease with that version. <see cref="Activate"/> publishes the fields with the odd
/// version; the compare-and-swap that makes it even again ends the lease, and who wins it owns the fields alone until the slot is back in the pool, so
/// they need no ordering of their own. Who reads them from outside believes them only if the version was odd before and is the same afterwards. 63 bits
/// of version do not wrap.
/// </remarks>
internal sealed class LeaseSlot
{
    private long _version;

    public ILeaseOwner? Owner { get; set; }

    /// <summary>The permits that it holds.</summary>
    public int Permits { get; set; }

    /// <summary>Permits in flight when it was admitted, its own included.</summary>
    public int InFlight { get; set; }

    /// <summary>The request as it was admitted; of a controller's leases only.</summary>
    public AdmissionRequest Request { get; set; }

    /// <summary>When it was admitted, in nanoseconds of the controller's clock; of a controller's leases only.</summary>
    public long AdmittedAt { get; set; }

    /// <summary>The lease of the policy around this one, when several are stacked on one request.</summary>
    public AdmissionLease Outer { get; set; }

    /// <summary>Begins a lease, once all fields are set.</summary>
    /// <returns>The version under which it runs.</returns>
    public long Activate()
    {
        long version = _version + 1;
        Volatile.Write(ref _version, version);
        return version;
    }

    public void Complete(long version, AdmissionOutcome outcome, TimeSpan retryAfter)
    {
        if (TryEnd(version))
        {
            AdmissionLease outer = Outer;
            Owner!.Complete(this, outcome, retryAfter);
            LeasePool.Return(this);

            // The downstream's Retry-After concerns the innermost policy, which stands for the downstream.
            outer.Complete(outcome);
        }
    }

    public void Withdraw(long version)
    {
        if (TryEnd(version))
        {
            AdmissionLease outer = Outer;
            Owner!.Withdraw(this);
            LeasePool.Return(this);
            outer.Withdraw();
        }
    }

    private bool TryEnd(long version) => Interlocked.CompareExchange(ref _version, version + 1, version) == version;
}
