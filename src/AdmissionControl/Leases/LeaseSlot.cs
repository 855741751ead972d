namespace AdmissionControl.Leases;

/// <summary>What one admitted request holds. Pooled: it serves one lease after another, each under its own version.</summary>
/// <remarks>
/// Invariant: a slot belongs to the one lease whose version equals <see cref="Version"/>. The compare-and-swap that raises the version ends the lease;
/// who wins it owns the fields alone until the slot is back in the pool, so they need no ordering of their own. 64 bits of version do not wrap.
/// </remarks>
internal sealed class LeaseSlot
{
    private long _version;

    public long Version => Volatile.Read(ref _version);

    public AdmissionController? Controller { get; set; }

    /// <summary>The request as it was admitted.</summary>
    public AdmissionRequest Request { get; set; }

    /// <summary>When it was admitted, in nanoseconds of the controller's clock; 0 when latency is not measured.</summary>
    public long AdmittedAt { get; set; }

    /// <summary>Permits in flight when it was admitted, its own included.</summary>
    public int InFlight { get; set; }

    /// <summary>The lease of the policy around this one, when several are stacked on one request.</summary>
    public AdmissionLease Outer { get; set; }

    public void Complete(long version, AdmissionOutcome outcome, TimeSpan retryAfter)
    {
        if (TryEnd(version))
        {
            AdmissionLease outer = Outer;
            AdmissionController controller = Controller!;
            controller.Complete(this, outcome, retryAfter);
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
            Controller!.Withdraw(this);
            LeasePool.Return(this);
            outer.Withdraw();
        }
    }

    private bool TryEnd(long version) => Interlocked.CompareExchange(ref _version, version + 1, version) == version;
}
