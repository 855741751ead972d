using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using AdmissionControl.Contention;

namespace AdmissionControl.Leases;

/// <summary>What one admitted request holds. Pooled: it serves one lease after another, each under its own version.</summary>
/// <remarks>
/// Invariant: an even version says that the slot is idle, an odd one that it belongs to the one lease with that version. <see cref="Activate"/> publishes the fields with the odd
/// version; the compare-and-swap that makes it even again ends the lease, and who wins it owns the fields alone until the slot is back in the pool, so
/// they need no ordering of their own. <see cref="TryEnclose"/> wins it the same way and lets the lease go on under the next odd
/// version. Who reads them from outside believes them only if the version was odd before and is the same afterwards. 63 bits of version do not wrap.
/// </remarks>
internal sealed class LeaseSlot
{
    private long _version;
    private ILeaseOwner? _owner;

    // The lease of the policy around this one, when several are stacked on one request.
    private AdmissionLease _outer;

    /// <summary>Who gave the lease. An idle slot keeps its last owner while it stays on its thread, because it will mostly serve the same again.</summary>
    public ILeaseOwner? Owner
    {
        get => _owner;
        set
        {
            // A reference that does not change need not be announced to the garbage collector.
            if (!ReferenceEquals(_owner, value))
            {
                _owner = value;
            }
        }
    }

    /// <summary>The permits that it holds.</summary>
    public int Permits { get; set; }

    /// <summary>Permits in flight when it was admitted, its own included.</summary>
    public int InFlight { get; set; }

    /// <summary>The request's partition, to give its tokens back; of a controller's leases only. As are the next two. Not the whole request: it would be large to copy.</summary>
    public PartitionKey Partition { get; set; }

    public RequestPriority Priority { get; set; }

    /// <summary>Whether it is a probe's.</summary>
    public bool IsExempt { get; set; }

    /// <summary>Whether its permits were not taken, because the request's time is not spent here.</summary>
    public bool HoldsNoPermit { get; set; }

    /// <summary>When it was admitted, by the owner's clock; <see cref="Timing.AdmissionClock.Unread"/> when the owner asked no clock.</summary>
    public long AdmittedAt { get; set; }

    /// <summary>Whether that moment is precise and its latency is to be measured.</summary>
    public bool IsTimed { get; set; }

    /// <summary>What the platform's limiter at the end of the policy gave; null without one.</summary>
    public RateLimitLease? PlatformLease { get; set; }

    /// <summary>Its place in the <see cref="LeaseRegistry"/>, which alone uses it. As are the next two.</summary>
    public int RegistryIndex { get; set; }

    /// <summary>The lease that was seen here last, and when it was seen first.</summary>
    public long SeenVersion { get; set; }

    public long SeenAt { get; set; }

    /// <summary>Begins a lease, once all fields are set.</summary>
    /// <returns>The version under which it runs.</returns>
    public long Activate()
    {
        long version = _version + 1;
        Volatile.Write(ref _version, version);
        return version;
    }

    /// <summary>
    /// Takes the lease out of everybody's hands and puts another around it, if it is still the one of this version. It must be activated again, under a new version: who ends
    /// that one ends both, and who knew the old one, as one who reclaims leases that are lost, has come either before or too late.
    /// </summary>
    /// <returns>Whether it was still running.</returns>
    public bool TryEnclose(long version, in AdmissionLease outer)
    {
        bool isMine = TryEnd(version);
        if (isMine)
        {
            _outer = outer;
        }

        return isMine;
    }

    /// <summary>Reads, from outside, the lease that runs now, if the owner gave it.</summary>
    public bool TryRead(ILeaseOwner owner, out long version, out long admittedAt)
    {
        version = Volatile.Read(ref _version);
        admittedAt = AdmittedAt;
        bool isOwned = ReferenceEquals(Owner, owner);
        Interlocked.MemoryBarrier();
        return (version & 1) != 0 && isOwned && Volatile.Read(ref _version) == version;
    }

    /// <summary>Ends the lease, if it is still the one of this version.</summary>
    /// <returns>Whether this call ended it.</returns>
    public bool Complete(long version, AdmissionOutcome outcome, TimeSpan retryAfter)
    {
        if (!TryEnd(version))
        {
            return false;
        }

        PerThread thread = PerThread.Current;
        Owner!.Complete(this, thread, outcome, retryAfter);
        if (_outer.IsAdmitted)
        {
            // The downstream's Retry-After concerns the innermost policy, which stands for the downstream.
            ReturnInner(thread).Complete(outcome);
        }
        else
        {
            thread.Leases.Return(this);
        }

        return true;
    }

    public void Withdraw(long version)
    {
        if (TryEnd(version))
        {
            PerThread thread = PerThread.Current;
            Owner!.Withdraw(this, thread);
            ReturnInner(thread).Withdraw();
        }
    }

    /// <summary>Puts the slot back and says which lease is around it. Kept out of the way of the many that stand alone.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private AdmissionLease ReturnInner(PerThread thread)
    {
        AdmissionLease outer = _outer;
        _outer = default;
        thread.Leases.Return(this);
        return outer;
    }

    private bool TryEnd(long version) => Interlocked.CompareExchange(ref _version, version + 1, version) == version;
}
