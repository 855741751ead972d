using AdmissionControl.Contention;
using AdmissionControl.Leases;

namespace AdmissionControl.Concurrency;

/// <summary>
/// One partition of a gate: a reserve that it can always use, and beyond it what nobody else needs. Made by <see cref="Bulkheads.Add"/>.
/// </summary>
/// <remarks>
/// Invariants. (1) Permits in flight are at most those that the bulkhead holds of the gate: both live in one word, and permits are held
/// only after the gate gave them, and leave the word before they go back. So over all bulkheads the permits in flight never exceed the
/// gate's, which is exact. (2) They never exceed <see cref="Limit"/>. (3) A bulkhead in use holds its whole reserve, or claims what it
/// lacks; while it claims, the gate counts it among those who wait, and before all others: no newcomer passes and no queue is served.
/// (When a limit that had cut the reserves rises, from the next request beyond what it holds.)
/// <para>
/// A request within what is held is one compare-and-swap on the bulkhead's own word, after a look whether the gate is over a lowered limit.
/// If it is, what all bulkheads hold unused goes back first. A request that needs more claims the reserve and, beyond the reserve, takes
/// all that it lacks from the gate, as any newcomer does.
/// </para>
/// <para>
/// Every read-modify-write is a full fence. A compare-and-swap fails only when another request of the same bulkhead, or somebody who fills
/// or lends its reserve, succeeded; and a request that loses what it took to another of its bulkhead tries again. Lock-free, no allocation.
/// Thread-safe.
/// </para>
/// </remarks>
public sealed class Bulkhead : ILeaseOwner
{
    private readonly Bulkheads _all;
    private readonly ConcurrencyGate _gate;
    private BulkheadState _state;

    internal Bulkhead(Bulkheads all, ConcurrencyGate gate, string name, int reserve, int limit, TimeSpan lendAfter)
    {
        _all = all;
        _gate = gate;
        Name = name;
        Reserve = reserve;
        Limit = limit;
        LendAfter = lendAfter;
    }

    /// <summary>The bulkhead's name.</summary>
    public string Name { get; }

    /// <summary>
    /// Permits of the gate that are kept for it while it is in use. When the gate's limit is lower than all reserves together, each is cut
    /// in proportion, rounded down.
    /// </summary>
    public int Reserve { get; }

    /// <summary>The most permits in flight: the reserve and what it may borrow.</summary>
    public int Limit { get; }

    /// <summary>For how long nothing has to be in flight before the reserve is idle and others may borrow it.</summary>
    public TimeSpan LendAfter { get; }

    /// <summary>The permits in flight. A snapshot.</summary>
    public int InFlight => Read().InFlight;

    /// <summary>
    /// The permits of the gate that it holds: those in flight, and the unused rest of its reserve while it is in use. A snapshot.
    /// </summary>
    public int Held => Read().Held;

    /// <summary>The reserve under the gate's limit as it is now.</summary>
    internal int ReserveNow => _all.ReserveUnder(_gate.Limit, Reserve);

    /// <summary>
    /// Takes permits. Within its reserve a bulkhead in use always succeeds; one whose reserve was lent, or cut by a lowered limit, succeeds
    /// as far as permits are free, and otherwise the next ones that return go to it. Beyond its reserve it succeeds while the gate has
    /// permits that no reserve needs.
    /// </summary>
    /// <param name="permits">
    /// How many, at least 1. More than <see cref="Limit"/> are always refused; more than the gate's limit pass only when nothing else is in
    /// flight.
    /// </param>
    /// <returns>Whether the permits were taken; if so, <see cref="Release"/> must give them back exactly once.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1.</exception>
    public bool TryAcquire(int permits = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        BulkheadWord word = Read();
        return (permits <= Math.Min(word.Unused, Limit - word.InFlight) && !_gate.IsOverLimit && TryChange(word, word.Use(permits)))
            || TryAcquireMore(permits);
    }

    /// <summary>
    /// Takes permits as <see cref="TryAcquire"/> does, held by a lease that gives them back exactly once however often it ends.
    /// </summary>
    /// <param name="permits">How many, from 1 to <see cref="AdmissionRequest.MaxCost"/>.</param>
    /// <returns>
    /// A lease to complete or dispose, or a refusal with <see cref="RejectionReason.ConcurrencyLimit"/>. The outcome of a completion has no
    /// effect on a bulkhead.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is out of its range.</exception>
    public AdmissionLease TryAcquireLease(int permits = 1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permits, AdmissionRequest.MaxCost);
        return TryAcquire(permits)
            ? _gate.Lease(this, permits, InFlight)
            : AdmissionLease.Refused(RejectionReason.ConcurrencyLimit, TimeSpan.Zero);
    }

    /// <summary>
    /// Gives permits back. What the bulkhead had beyond its reserve goes to the gate at once, and first to those whose reserve lacks
    /// permits.
    /// </summary>
    /// <param name="permits">As many as were taken.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1, or more than are in flight.</exception>
    public void Release(int permits = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        Settle(permits);
    }

    void ILeaseOwner.Complete(LeaseSlot slot, PerThread thread, AdmissionOutcome outcome, TimeSpan retryAfter) => Settle(slot.Permits);

    void ILeaseOwner.Withdraw(LeaseSlot slot, PerThread thread) => Settle(slot.Permits);

    internal BulkheadWord Read() => new(Volatile.Read(ref _state.Word));

    /// <summary>Takes of the reserve what is free, and claims the rest.</summary>
    internal void ClaimReserve()
    {
        while (true)
        {
            BulkheadWord word = Read();
            int lacking = ReserveNow - word.Held;
            if (word.IsClaiming || lacking <= 0)
            {
                return;
            }

            int taken = _gate.TakeFree(lacking);
            BulkheadWord after = word.Hold(taken);
            if (taken == lacking ? TryChange(word, after) : TryClaim(word, after))
            {
                if (taken < lacking)
                {
                    // Another look, now that the claim is announced: either a release saw it, or this sees what was released.
                    _all.LendIdle();
                    _all.Pump();
                }

                return;
            }

            if (taken > 0)
            {
                _gate.Release(taken);
            }
        }
    }

    /// <summary>Adds permits that the gate gave, as far as a claim lacks them.</summary>
    /// <returns>How many were added.</returns>
    internal int Fill(int permits)
    {
        while (true)
        {
            BulkheadWord word = Read();
            int lacking = word.IsClaiming ? ReserveNow - word.Held : 0;
            int added = Math.Clamp(lacking, 0, permits);
            if (TryChange(word, word.Hold(added).WithClaim(added < lacking)))
            {
                if (word.IsClaiming && added >= lacking)
                {
                    _gate.RemoveClaim();
                }

                return added;
            }
        }
    }

    /// <summary>Gives up what is held and not in flight, and claims it instead.</summary>
    /// <returns>The permits, which are the caller's to pass on.</returns>
    internal int TakeUnused()
    {
        while (true)
        {
            BulkheadWord word = Read();
            if (word.Unused == 0)
            {
                return 0;
            }

            BulkheadWord after = new(word.InFlight, word.InFlight, word.IsClaiming);
            if (word.IsClaiming ? TryChange(word, after) : TryClaim(word, after))
            {
                return word.Unused;
            }
        }
    }

    /// <summary>
    /// Gives up reserve and claim if nothing was in flight for long enough, and else what is held beyond a reserve that was cut.
    /// </summary>
    /// <param name="now">The coarse reading.</param>
    /// <param name="permits">The permits, which are the caller's to pass on.</param>
    /// <param name="idleAt">When the reserve can be idle at the earliest.</param>
    /// <returns>Whether anything was given up.</returns>
    internal bool TryTakeIdle(long now, out int permits, out long idleAt)
    {
        BulkheadWord word = Read();
        bool isUnused = word.InFlight == 0 && word != default;
        idleAt = LendAfter == Timeout.InfiniteTimeSpan
            ? long.MaxValue
            : (isUnused ? Volatile.Read(ref _state.LastUse) : now) + (LendAfter.Ticks * Bulkheads.NanosecondsPerTick);
        BulkheadWord after = isUnused && now >= idleAt ? default : WithoutSurplus(word.InFlight, word);
        bool isTaken = after != word && TryChange(word, after);
        permits = isTaken ? word.Held - after.Held : 0;
        if (isTaken && word.IsClaiming && !after.IsClaiming)
        {
            _gate.RemoveClaim();
        }

        return isTaken;
    }

    private bool TryChange(BulkheadWord from, BulkheadWord to) =>
        Interlocked.CompareExchange(ref _state.Word, to.Value, from.Value) == from.Value;

    /// <summary>Changes the word and sets its claim. The gate knows before, so that it never counts fewer than claim.</summary>
    private bool TryClaim(BulkheadWord word, BulkheadWord after)
    {
        _gate.AddClaim();
        bool isChanged = TryChange(word, after.WithClaim(true));
        if (!isChanged)
        {
            _gate.RemoveClaim();
        }

        return isChanged;
    }

    /// <summary>The rest of an attempt that found too little held, or that somebody was faster.</summary>
    private bool TryAcquireMore(int permits)
    {
        if (InFlight == 0 && permits <= Math.Min(Limit, _gate.Limit))
        {
            Volatile.Write(ref _state.LastUse, _all.Now);
        }

        var backoff = new Backoff();
        while (true)
        {
            BulkheadWord word = Read();
            long wanted = (long)word.InFlight + permits;
            int limit = _gate.Limit;
            int reserve = _all.ReserveUnder(limit, Reserve);
            bool isOver = _gate.IsOverLimit;
            bool mayTryAgain = false;
            if (wanted > Limit)
            {
                // Refused, whatever the gate has.
            }
            else if (wanted <= word.Held && !isOver)
            {
                if (TryChange(word, word.Use(permits)))
                {
                    return true;
                }

                backoff.Wait();
                mayTryAgain = true;
            }
            else if (permits <= limit && word.Held < reserve && !word.IsClaiming)
            {
                ClaimReserve();
                mayTryAgain = true;
            }
            else if (permits > limit || (isOver && wanted <= reserve))
            {
                if (TryAcquireOver(permits))
                {
                    return true;
                }
            }
            else
            {
                mayTryAgain = (wanted > Math.Max(reserve, word.Held) && TryBorrow((int)wanted - word.Held)) || _all.LendIdle();
            }

            // What is held beyond the reserve and not used was borrowed by this request and not enough, or the limit was lowered.
            if (!mayTryAgain && !Settle(0))
            {
                return false;
            }
        }
    }

    /// <summary>Takes permits beyond the reserve, as any newcomer does.</summary>
    private bool TryBorrow(int permits)
    {
        bool isTaken = _gate.TryAcquire(permits);
        if (isTaken)
        {
            Interlocked.Add(ref _state.Word, default(BulkheadWord).Hold(permits).Value);
        }

        return isTaken;
    }

    /// <summary>
    /// Takes permits while more are held than the limit allows, or more than the limit: all that is held unused is given for them.
    /// </summary>
    private bool TryAcquireOver(int permits)
    {
        // A request larger than the limit runs alone, so it need not try while anything is in flight.
        if (permits > _gate.Limit && _all.InFlight > 0)
        {
            return false;
        }

        int returned = _all.TakeUnused();
        if (!_gate.TryExchange(returned, permits))
        {
            if (returned > 0)
            {
                _gate.Release(returned);
            }

            return false;
        }

        while (true)
        {
            BulkheadWord word = Read();
            if ((long)word.InFlight + permits > Limit)
            {
                _gate.Release(permits);
                return false;
            }

            // Somebody may have filled the claim to what was given up.
            BulkheadWord after = WithoutSurplus(word.InFlight + permits, word.Hold(permits));
            if (TryChange(word, after))
            {
                int surplus = word.Held + permits - after.Held;
                if (surplus > 0)
                {
                    _gate.Release(surplus);
                }

                _all.Pump();
                return true;
            }
        }
    }

    /// <summary>Ends permits in flight, and gives back what is then held beyond them and the reserve.</summary>
    /// <returns>Whether anything changed.</returns>
    private bool Settle(int permits)
    {
        while (true)
        {
            BulkheadWord word = Read();
            int inFlight = word.InFlight - permits;
            ArgumentOutOfRangeException.ThrowIfNegative(inFlight, nameof(permits));
            BulkheadWord after = WithoutSurplus(inFlight, word);
            if (after == word)
            {
                return false;
            }

            if (inFlight == 0 && permits > 0)
            {
                Volatile.Write(ref _state.LastUse, _all.Now);
            }

            if (TryChange(word, after))
            {
                if (word.Held > after.Held)
                {
                    _gate.Release(word.Held - after.Held);
                }

                return true;
            }
        }
    }

    private BulkheadWord WithoutSurplus(int inFlight, BulkheadWord word) =>
        new(inFlight, Math.Max(inFlight, Math.Min(word.Held, ReserveNow)), word.IsClaiming);
}
