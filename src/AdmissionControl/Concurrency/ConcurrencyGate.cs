using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using AdmissionControl.Contention;
using AdmissionControl.Leases;
using AdmissionControl.Queueing;

namespace AdmissionControl.Concurrency;

/// <summary>Counts what is in flight, exactly, under a limit that may move while it is in use. Lock-free, no allocation.</summary>
/// <remarks>
/// Invariants. (1) The permits in flight are those acquired less those released: both live in one word that changes only by atomic
/// operations. (2) <see cref="TryAcquire(int)"/> never takes the permits in flight above the limit that it read, except that a request larger than the limit
/// passes when nothing else is in flight, or it could never run. (3) While somebody waits (the other half of the word), <see cref="TryAcquire(int)"/> takes
/// nothing: only the waiters' queue grants, so a newcomer cannot take what a waiter is due. (4) While a bulkhead claims its reserve, no queue grants either.
/// <para>
/// No lost wake-up: a release and the arrival of a waiter change the same word, so one comes first. Either the release sees the waiter and
/// pumps its queue, or the waiter, which looks for a free permit after it has announced itself, sees what was released. A raised limit is
/// written with a full fence before waiters are looked for, to the same effect.
/// </para>
/// <para>
/// A lowered limit takes back nothing that is in flight: permits return as requests complete, and none is stranded. A compare-and-swap fails only
/// when another request succeeded. Every read-modify-write is a full fence. Thread-safe.
/// </para>
/// </remarks>
public sealed class ConcurrencyGate : ILeaseOwner
{
    /// <summary>The limit of a gate that only counts.</summary>
    internal const int Unlimited = int.MaxValue;

    private const int WaiterShift = 32;
    private const long OneWaiter = 1L << WaiterShift;

    private readonly LeaseWatch? _leases;
    private GateState _state;
    private WaitQueues _queues;

    /// <summary>A gate with nothing in flight.</summary>
    /// <param name="limit">The most permits in flight, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is below 1.</exception>
    public ConcurrencyGate(int limit) => Limit = limit;

    /// <summary>A gate with nothing in flight, of whose leases the ages are known. Each lease reads the coarse clock once for it.</summary>
    /// <param name="limit">The most permits in flight, at least 1.</param>
    /// <param name="leases">Who watches its leases, and those of its bulkheads.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is below 1.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="leases"/> is null.</exception>
    public ConcurrencyGate(int limit, LeaseWatch leases)
        : this(limit)
    {
        ArgumentNullException.ThrowIfNull(leases);
        _leases = leases;
        leases.Follow(this);
    }

    /// <summary>The most permits in flight, at least 1. A new value takes effect at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Limit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _state.Limit);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Limit));
            Interlocked.Exchange(ref _state.Limit, value);
            WakeWaiters();
        }
    }

    /// <summary>The permits in flight, and those that bulkheads hold ready for their reserves. A snapshot.</summary>
    public int InFlight => (int)Volatile.Read(ref _state.Occupancy);

    /// <summary>Whether more permits are in flight than the limit, which was lowered or passed by a large request or a probe.</summary>
    internal bool IsOverLimit => InFlight > Limit;

    /// <summary>Whether a newcomer finds no permit, whatever it asks for: all are taken, or somebody waits for one.</summary>
    internal bool IsFull
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _state.Occupancy) is var occupancy && (occupancy >= OneWaiter || (int)occupancy >= Limit);
    }

    /// <summary>Who knows the ages of the leases; null when nobody asked.</summary>
    internal LeaseWatch? Leases => _leases;

    /// <summary>Those who wait in the queue in front of the gate. A snapshot.</summary>
    internal int Waiters => (int)(Volatile.Read(ref _state.Occupancy) >> WaiterShift);

    /// <summary>Takes permits if they are free and nobody waits for any.</summary>
    /// <param name="permits">How many, at least 1.</param>
    /// <returns>Whether the permits were taken; if so, <see cref="Release"/> must give them back exactly once.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1.</exception>
    public bool TryAcquire(int permits = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        return TryAcquire(permits, Limit, out _);
    }

    /// <summary>Takes permits as <see cref="TryAcquire(int)"/> does, held by a lease that gives them back exactly once however often it ends.</summary>
    /// <param name="permits">How many, from 1 to <see cref="AdmissionRequest.MaxCost"/>.</param>
    /// <returns>A lease to complete or dispose, or a refusal with <see cref="RejectionReason.ConcurrencyLimit"/>. The outcome of a completion has no effect on a gate alone.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is out of its range.</exception>
    public AdmissionLease TryAcquireLease(int permits = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permits, AdmissionRequest.MaxCost);
        return TryAcquire(permits, Limit, out int inFlight) ? Lease(this, permits, inFlight) : AdmissionLease.Refused(RejectionReason.ConcurrencyLimit, TimeSpan.Zero);
    }

    /// <summary>Gives permits back.</summary>
    /// <param name="permits">As many as were taken, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is below 1.</exception>
    /// <exception cref="InvalidOperationException">More are given back than are in flight; nothing is changed.</exception>
    public void Release(int permits = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        long occupancy = Interlocked.Add(ref _state.Occupancy, -permits);
        if ((int)occupancy < 0)
        {
            ThrowTooMany(permits);
        }

        if (occupancy >= OneWaiter)
        {
            _queues.Pump();
        }
    }

    void ILeaseOwner.Complete(LeaseSlot slot, PerThread thread, AdmissionOutcome outcome, TimeSpan retryAfter) => Release(slot.Permits);

    void ILeaseOwner.Withdraw(LeaseSlot slot, PerThread thread) => Release(slot.Permits);

    /// <summary>Lets those who wait look again: something that they lack has come back, or may have.</summary>
    internal void WakeWaiters()
    {
        if (Waiters > 0)
        {
            _queues.Pump();
        }
    }

    /// <summary>Adds a queue that is pumped whenever permits come back, or the limit changes, while somebody waits.</summary>
    internal void Attach(IWaitQueue queue) => _queues.Add(queue);

    internal void Detach(IWaitQueue queue) => _queues.Remove(queue);

    /// <summary>A lease for permits that were taken, by the gate itself or by one of its bulkheads.</summary>
    internal AdmissionLease Lease(ILeaseOwner owner, int permits, int inFlight)
    {
        LeaseSlot slot = PerThread.Current.Leases.Rent();
        slot.Owner = owner;
        slot.Permits = permits;
        slot.InFlight = inFlight;
        if (_leases is not null)
        {
            slot.AdmittedAt = _leases.Now;
        }

        return new AdmissionLease(slot);
    }

    /// <summary>Whether <see cref="TryAcquire(int, int, out int)"/> would succeed now.</summary>
    internal bool CanAcquire(int permits, int allowed)
    {
        long occupancy = Volatile.Read(ref _state.Occupancy);
        return occupancy < OneWaiter && Fits(occupancy, permits, allowed);
    }

    /// <summary>Takes permits if those in flight stay within what this request is allowed, which may be less than the limit.</summary>
    internal bool TryAcquire(int permits, int allowed, out int inFlight)
    {
        long occupancy = Volatile.Read(ref _state.Occupancy);
        if (occupancy < OneWaiter && Fits(occupancy, permits, allowed)
            && Interlocked.CompareExchange(ref _state.Occupancy, occupancy + permits, occupancy) == occupancy)
        {
            inFlight = (int)occupancy + permits;
            return true;
        }

        return TryAcquireAgain(permits, allowed, out inFlight);
    }

    /// <summary>Counts permits in flight whatever the limit and whoever waits: what a probe does.</summary>
    internal int Enter(int permits) => (int)Interlocked.Add(ref _state.Occupancy, permits);

    /// <summary>Announces a waiter, whose owner must look for free permits afterwards. Called under the queue's lock.</summary>
    internal void AddWaiter() => Interlocked.Add(ref _state.Occupancy, OneWaiter);

    /// <summary>Takes back an announcement. Called under the queue's lock.</summary>
    internal void RemoveWaiter() => Interlocked.Add(ref _state.Occupancy, -OneWaiter);

    /// <summary>Announces a waiter that comes before all others: until its claim has ended, nothing is granted to a queue.</summary>
    /// <remarks>The claim is counted first: who reads the word and then no claim has a compare-and-swap that fails once one is announced.</remarks>
    internal void AddClaim()
    {
        Interlocked.Increment(ref _state.Claims);
        AddWaiter();
    }

    /// <summary>Takes back a claim, and tells those who had to wait for its sake.</summary>
    internal void RemoveClaim()
    {
        bool isLast = Interlocked.Decrement(ref _state.Claims) == 0;
        if (Interlocked.Add(ref _state.Occupancy, -OneWaiter) >= OneWaiter && isLast)
        {
            _queues.Pump();
        }
    }

    /// <summary>Whether a waiter's permits are free. Called under the queue's lock while somebody waits: then only releases and probes run beside it.</summary>
    internal bool CanGrant(int permits, int allowed) => Fits(Volatile.Read(ref _state.Occupancy), permits, allowed);

    /// <summary>Turns a waiter into permits in flight, in one step. Called under the lock of the gate's only queue, after <see cref="CanGrant"/>.</summary>
    internal int Grant(int permits) => (int)Interlocked.Add(ref _state.Occupancy, permits - OneWaiter);

    /// <summary>Whether <see cref="TryGrant"/> would succeed now.</summary>
    internal bool CouldGrant(int permits, int allowed) => MayGrant(Volatile.Read(ref _state.Occupancy), permits, allowed);

    /// <summary>
    /// Turns a waiter into permits in flight if they fit and no bulkhead claims any, in one step, whoever else grants at the same time: the
    /// form for several queues.
    /// </summary>
    internal bool TryGrant(int permits, int allowed)
    {
        long occupancy = Volatile.Read(ref _state.Occupancy);
        while (MayGrant(occupancy, permits, allowed))
        {
            long seen = Interlocked.CompareExchange(ref _state.Occupancy, occupancy + permits - OneWaiter, occupancy);
            if (seen == occupancy)
            {
                return true;
            }

            occupancy = seen;
        }

        return false;
    }

    /// <summary>Takes as many permits as are free, whoever waits: what a queue does that serves its waiters in parts.</summary>
    /// <param name="most">No more than this, at least 1.</param>
    /// <returns>How many were taken; 0 for none.</returns>
    internal int TakeFree(int most)
    {
        long occupancy = Volatile.Read(ref _state.Occupancy);
        while (true)
        {
            int taken = Math.Min(most, Limit - (int)occupancy);
            if (taken <= 0)
            {
                return 0;
            }

            long seen = Interlocked.CompareExchange(ref _state.Occupancy, occupancy + taken, occupancy);
            if (seen == occupancy)
            {
                return taken;
            }

            occupancy = seen;
        }
    }

    /// <summary>Gives permits back and takes others in one step, if these then fit, whoever waits.</summary>
    internal bool TryExchange(int returned, int permits)
    {
        long occupancy = Volatile.Read(ref _state.Occupancy);
        while (Fits(occupancy - returned, permits, Limit))
        {
            long after = occupancy - returned + permits;
            long seen = Interlocked.CompareExchange(ref _state.Occupancy, after, occupancy);
            if (seen == occupancy)
            {
                if (permits < returned && after >= OneWaiter)
                {
                    _queues.Pump();
                }

                return true;
            }

            occupancy = seen;
        }

        return false;
    }

    /// <summary>The rest of an attempt that found no permit, or that somebody was faster.</summary>
    private bool TryAcquireAgain(int permits, int allowed, out int inFlight)
    {
        var backoff = new Backoff();
        while (true)
        {
            long occupancy = Volatile.Read(ref _state.Occupancy);
            inFlight = (int)occupancy;
            if (occupancy >= OneWaiter || !Fits(occupancy, permits, allowed))
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _state.Occupancy, occupancy + permits, occupancy) == occupancy)
            {
                inFlight += permits;
                return true;
            }

            backoff.Wait();
        }
    }

    private bool MayGrant(long occupancy, int permits, int allowed) => Volatile.Read(ref _state.Claims) == 0 && Fits(occupancy, permits, allowed);

    /// <summary>Takes back a release of what nobody held. Meanwhile the word shows a waiter less, who may be missed by a release at the same moment, and so is looked for here.</summary>
    [DoesNotReturn]
    private void ThrowTooMany(int permits)
    {
        Interlocked.Add(ref _state.Occupancy, permits);
        _queues.Pump();
        throw new InvalidOperationException($"{permits} permits are given back to a gate, and not so many are in flight. Each permit must be released once.");
    }

    private static bool Fits(long occupancy, int permits, int allowed)
    {
        int inFlight = (int)occupancy;
        return (long)inFlight + permits <= allowed || inFlight == 0;
    }
}
