using System.Runtime.CompilerServices;
using AdmissionControl.Leases;

namespace AdmissionControl;

/// <summary>The answer of a controller: what an admitted request holds until it completes, or why it was refused. 16 bytes, which a call returns in registers; no allocation.</summary>
/// <remarks>
/// Completing or disposing an admitted lease releases what it holds, exactly once: the second time, from the same variable, from a copy or from another
/// thread, changes nothing. A refusal completes and disposes to nothing, and so does <c>default</c>, which is a refusal without a reason.
/// <para>
/// The lease is a pooled slot and the version under which it was taken; one compare-and-swap on the version decides who releases. A copy that is kept
/// after completion can never touch the slot's next owner. Thread-safe.
/// </para>
/// </remarks>
public readonly struct AdmissionLease : IDisposable, IEquatable<AdmissionLease>
{
    private const int ReasonBits = 4;
    private const long LongestTicks = long.MaxValue >> ReasonBits;

    private readonly LeaseSlot? _slot;

    // Without a slot: the ticks after which to come back, above the bits of the reason.
    private readonly long _versionOrRefusal;

    internal AdmissionLease(LeaseSlot slot)
    {
        _slot = slot;
        _versionOrRefusal = slot.Activate();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private AdmissionLease(RejectionReason reason, TimeSpan retryAfter) =>
        _versionOrRefusal = (Math.Min(retryAfter.Ticks, LongestTicks) << ReasonBits) | (byte)reason;

    /// <summary>Whether the request was admitted. It stays true after completion.</summary>
    public bool IsAdmitted => _slot is not null;

    /// <summary>Why the request was refused; <see cref="RejectionReason.None"/> when it was admitted.</summary>
    public RejectionReason Reason => _slot is null ? (RejectionReason)(_versionOrRefusal & ((1 << ReasonBits) - 1)) : RejectionReason.None;

    /// <summary>
    /// When to come back: the largest of what the refusing stages ask for, exact where a rate refused. Zero when admitted or when no time can be
    /// given; <see cref="TimeSpan.MaxValue"/> when the request can never be admitted because its cost exceeds the burst.
    /// </summary>
    public TimeSpan RetryAfter =>
        _slot is not null ? TimeSpan.Zero
        : _versionOrRefusal >> ReasonBits is var ticks && ticks < LongestTicks ? new TimeSpan(ticks)
        : TimeSpan.MaxValue;

    internal LeaseSlot? Slot => _slot;

    /// <summary>Whether it says anything: that the request is admitted, or why it is refused.</summary>
    internal bool IsAnswer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _slot is not null || _versionOrRefusal != 0;
    }

    /// <summary>Releases what the lease holds and reports how the work ended. Only the first completion counts.</summary>
    /// <param name="outcome">What the work tells about load.</param>
    public void Complete(AdmissionOutcome outcome) => Complete(outcome, TimeSpan.Zero);

    /// <summary>
    /// As <see cref="Complete(AdmissionOutcome)"/>, and holds the policy's rate back for as long as the overloaded side asked. A policy without a rate has
    /// nothing to hold back.
    /// </summary>
    /// <param name="outcome">What the work tells about load.</param>
    /// <param name="retryAfter">The other side's <c>Retry-After</c>; zero for none.</param>
    public void Complete(AdmissionOutcome outcome, TimeSpan retryAfter) => _slot?.Complete(_versionOrRefusal, outcome, retryAfter);

    /// <summary>Releases what the lease holds, if it was not completed, and reports nothing: as <see cref="AdmissionOutcome.Ignored"/>.</summary>
    public void Dispose() => Complete(AdmissionOutcome.Ignored);

    /// <summary>Whether both are the same lease, or refusals with the same reason and time.</summary>
    /// <param name="other">The other lease.</param>
    public bool Equals(AdmissionLease other) =>
        ReferenceEquals(_slot, other._slot) && _versionOrRefusal == other._versionOrRefusal;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AdmissionLease other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_slot, _versionOrRefusal);

    /// <summary>See <see cref="Equals(AdmissionLease)"/>.</summary>
    public static bool operator ==(AdmissionLease left, AdmissionLease right) => left.Equals(right);

    /// <summary>The opposite of ==.</summary>
    public static bool operator !=(AdmissionLease left, AdmissionLease right) => !left.Equals(right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static AdmissionLease Refused(RejectionReason reason, TimeSpan retryAfter) => new(reason, retryAfter);

    /// <summary>
    /// This admission with that of an earlier policy of its stack around it: one lease for both. If this one has ended already, because it was lost and reclaimed before
    /// anybody had it, the other ends with it.
    /// </summary>
    internal AdmissionLease Within(in AdmissionLease outer)
    {
        if (!outer.IsAdmitted)
        {
            return this;
        }

        if (_slot!.TryEnclose(_versionOrRefusal, outer))
        {
            return new AdmissionLease(_slot);
        }

        outer.Dispose();
        return this;
    }

    /// <summary>Gives back all that was taken as if the request had never been admitted: another policy of its stack refused.</summary>
    internal void Withdraw() => _slot?.Withdraw(_versionOrRefusal);
}
