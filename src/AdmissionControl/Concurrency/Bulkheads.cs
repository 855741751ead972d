using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AdmissionControl.Queueing;
using AdmissionControl.Timing;

namespace AdmissionControl.Concurrency;

/// <summary>
/// Partitions of one gate, each with a reserve that it can always use and a limit up to which it may borrow: a flood in one of them
/// cannot take the permits that another needs, and none lie idle for long.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>A bulkhead in use holds its whole reserve, so nobody else can take it. In use means that something is in flight, or was within its
/// <see cref="Bulkhead.LendAfter"/>, or that it asked in vain within that time.</item>
/// <item>The reserve of an idle bulkhead is lent as soon as somebody else would be refused: it belongs to the rest of the gate then, which
/// is open to all up to their own limits.</item>
/// <item>When the owner comes back it takes what is free and claims the rest. From then on no borrower is admitted until the claim is met
/// or, should the owner stay away again, lapses; each permit that returns goes to the claim, of several to the one whose reserve is filled
/// least. Nothing in flight is taken away, so the owner waits for as long as it takes borrowers to complete, and no longer.</item>
/// <item>When the gate's limit is below the sum of the reserves, each counts in proportion, rounded down; the remainder is open to
/// all.</item>
/// </list>
/// The gate's own <see cref="ConcurrencyGate.InFlight"/> counts what bulkheads hold. Others may use the gate beside them, as borrowers
/// without a reserve.
/// <para>
/// Exactness rests on the gate's word alone: every permit of a bulkhead was taken from it before, as a lease of permits ahead of need, so
/// there is nothing to add up and no second word to agree with. See <see cref="Bulkhead"/>. Within the reserve a request is O(1) and
/// touches no line that another bulkhead writes, except to read the gate's; a refused borrower looks at all bulkheads at most once before
/// the next of them can be idle; a release does so while a reserve lacks permits. Lock-free but for <see cref="Add"/>, no allocation.
/// Thread-safe.
/// </para>
/// </remarks>
public sealed class Bulkheads : IWaitQueue
{
    internal const long NanosecondsPerTick = 100;

    private static readonly TimeSpan DefaultLendAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestLendAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestLendAfter = TimeSpan.FromDays(1);

    private readonly AdmissionClock _clock;
    private readonly Lock _adding = new();
    private Bulkhead[] _all = [];
    private int _reserved;
    private long _nextIdle;

    /// <summary>No bulkheads yet: see <see cref="Add"/>.</summary>
    /// <param name="gate">
    /// The gate that they share. Its limit may move while they are in use; its leases are watched as the gate's own are.
    /// </param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="gate"/> is null.</exception>
    public Bulkheads(ConcurrencyGate gate, TimeProvider? timeProvider = null)
        : this(gate, AdmissionClock.For(timeProvider))
    {
    }

    internal Bulkheads(ConcurrencyGate gate, AdmissionClock clock)
    {
        ArgumentNullException.ThrowIfNull(gate);
        Gate = gate;
        _clock = clock;
        gate.Attach(this);
    }

    /// <summary>The gate that they share.</summary>
    public ConcurrencyGate Gate { get; }

    /// <summary>All bulkheads, in the order in which they were added.</summary>
    public ImmutableArray<Bulkhead> All => ImmutableCollectionsMarshal.AsImmutableArray(Volatile.Read(ref _all));

    /// <summary>The permits in flight in all bulkheads together. A snapshot.</summary>
    public int InFlight
    {
        get
        {
            int sum = 0;
            foreach (Bulkhead bulkhead in Volatile.Read(ref _all))
            {
                sum += bulkhead.InFlight;
            }

            return sum;
        }
    }

    internal long Now => _clock.Coarse;

    /// <summary>Adds a bulkhead, also while others are in use.</summary>
    /// <param name="name">Its name, unlike every other's.</param>
    /// <param name="reserve">
    /// Permits that are kept for it while it is in use; from 0, and, unless it is 0, with all other reserves at most the gate's limit as it
    /// is now.
    /// </param>
    /// <param name="limit">
    /// The most permits in flight, its reserve included; at least 1 and at least the reserve. Null, the default, for no limit but the
    /// gate's.
    /// </param>
    /// <param name="lendAfter">
    /// For how long nothing has to be in flight before others may borrow the reserve: from 100 ms to 1 day, 1 s by default.
    /// <see cref="Timeout.InfiniteTimeSpan"/> never lends: the reserve is claimed from the gate at once.
    /// </param>
    /// <returns>The bulkhead.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">There is a bulkhead of that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Another argument is out of its range; the message names the bulkhead, the value and what is allowed.
    /// </exception>
    public Bulkhead Add(string name, int reserve, int? limit = null, TimeSpan? lendAfter = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        var bulkhead = new Bulkhead(this, Gate, name, reserve, limit ?? int.MaxValue, lendAfter ?? DefaultLendAfter);
        lock (_adding)
        {
            if (Array.Exists(_all, b => b.Name == name))
            {
                throw new ArgumentException($"There is a bulkhead '{name}' already.", nameof(name));
            }

            int free = Math.Max(0, Gate.Limit - _reserved);
            Require(
                reserve >= 0 && reserve <= free,
                nameof(reserve),
                reserve,
                $"from 0 to {free}: the gate's limit is {Gate.Limit}, of which others reserve {_reserved}");
            Require(
                bulkhead.Limit >= Math.Max(1, reserve),
                nameof(limit),
                bulkhead.Limit,
                $"at least 1 and at least its reserve, {reserve}");
            Require(
                IsAllowed(bulkhead.LendAfter),
                nameof(lendAfter),
                bulkhead.LendAfter,
                $"from {ShortestLendAfter} to {LongestLendAfter}, or infinite");
            Gate.Leases?.Follow(bulkhead);
            Volatile.Write(ref _reserved, _reserved + reserve);
            Volatile.Write(ref _all, [.. _all, bulkhead]);
            Volatile.Write(ref _nextIdle, 0);
        }

        if (bulkhead.LendAfter == Timeout.InfiniteTimeSpan)
        {
            bulkhead.ClaimReserve();
        }

        return bulkhead;

        void Require(bool isAllowed, string option, object value, string allowed)
        {
            if (!isAllowed)
            {
                throw new ArgumentOutOfRangeException(option, value, $"Bulkhead '{name}': its {option} must be {allowed}.");
            }
        }
    }

    /// <summary>
    /// Fills claims with what is free, that of the least filled reserve first, and drops those that a lowered limit has made void.
    /// </summary>
    void IWaitQueue.Pump() => Pump();

    /// <inheritdoc cref="IWaitQueue.Pump"/>
    internal void Pump()
    {
        while (LeastFilled(out int lacking) is { } bulkhead)
        {
            int taken = Gate.TakeFree(lacking);
            if (taken == 0)
            {
                return;
            }

            int rest = taken - bulkhead.Fill(taken);
            if (rest > 0)
            {
                // Another thread has filled the claim meanwhile, or it has lapsed.
                Gate.Release(rest);
            }
        }
    }

    /// <summary>What counts of a reserve under a limit.</summary>
    internal int ReserveUnder(int limit, int reserve)
    {
        int reserved = Volatile.Read(ref _reserved);
        return reserved <= limit ? reserve : (int)((long)reserve * limit / reserved);
    }

    /// <summary>Gives the gate the reserves that are idle, and what is held beyond reserves that a lowered limit has cut.</summary>
    /// <returns>Whether there was anything.</returns>
    internal bool LendIdle()
    {
        long now = _clock.Coarse;
        if (now < Volatile.Read(ref _nextIdle))
        {
            return false;
        }

        int lent = 0;
        bool isAny = false;
        long next = now + (DefaultLendAfter.Ticks * NanosecondsPerTick);
        foreach (Bulkhead bulkhead in Volatile.Read(ref _all))
        {
            isAny |= bulkhead.TryTakeIdle(now, out int permits, out long idleAt);
            lent += permits;
            next = Math.Min(next, idleAt);
        }

        // Right whichever of two threads writes last: who was in use at the look is idle no sooner, and who comes later needs a whole time.
        Volatile.Write(ref _nextIdle, next);
        if (lent > 0)
        {
            Gate.Release(lent);
        }

        return isAny;
    }

    /// <summary>Takes from all bulkheads what they hold and do not use, and leaves them a claim to it.</summary>
    internal int TakeUnused()
    {
        int taken = 0;
        foreach (Bulkhead bulkhead in Volatile.Read(ref _all))
        {
            taken += bulkhead.TakeUnused();
        }

        return taken;
    }

    private Bulkhead? LeastFilled(out int lacking)
    {
        Bulkhead? least = null;
        (long held, long reserve) = (0, 0);
        foreach (Bulkhead bulkhead in Volatile.Read(ref _all))
        {
            BulkheadWord word = bulkhead.Read();
            if (!word.IsClaiming)
            {
                continue;
            }

            int itsReserve = bulkhead.ReserveNow;
            if (word.Held >= itsReserve)
            {
                bulkhead.Fill(0);
            }
            else if (least is null || word.Held * reserve < held * itsReserve)
            {
                (least, held, reserve) = (bulkhead, word.Held, itsReserve);
            }
        }

        lacking = (int)(reserve - held);
        return least;
    }

    private static bool IsAllowed(TimeSpan lendAfter) =>
        (lendAfter >= ShortestLendAfter && lendAfter <= LongestLendAfter) || lendAfter == Timeout.InfiniteTimeSpan;
}
