using AdmissionControl.Concurrency;
using AdmissionControl.Leases;
using AdmissionControl.Queueing;
using AdmissionControl.Tests.Timing;
using Microsoft.Extensions.Time.Testing;
using static AdmissionControl.Tests.Concurrency.BulkheadPermits;

namespace AdmissionControl.Tests.Concurrency;

public class BulkheadsTests
{
    private static readonly TimeSpan LendAfter = TimeSpan.FromSeconds(1);

    private readonly DrivenClock _clock = new();

    [Fact]
    public void TryAcquire_NeighbourFloodsAndOwnerInUse_ReserveIsNeverTaken()
    {
        Bulkheads all = Build(limit: 10);
        Bulkhead owner = all.Add("owner", reserve: 4);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        Assert.True(owner.TryAcquire());
        Assert.Equal(6, TakeAll(neighbour));
        Assert.Equal(3, TakeAll(owner));
        Assert.Equal((4, 6, 10), (owner.InFlight, neighbour.InFlight, all.InFlight));
    }

    [Fact]
    public void TryAcquire_NobodyElse_BorrowsUpToItsLimit()
    {
        Bulkheads all = Build(limit: 10);
        all.Add("idle", reserve: 4);
        Bulkhead bounded = all.Add("bounded", reserve: 2, limit: 5);
        Bulkhead open = all.Add("open", reserve: 2);
        Assert.Equal(5, TakeAll(bounded));
        Assert.Equal(5, TakeAll(open));
        Assert.Equal(10, all.Gate.InFlight);
    }

    /// <summary>The story of the type: idle reserve is lent, its owner comes back and is served by the first permits that return.</summary>
    [Fact]
    public void TryAcquire_OwnerComesBackDuringAFlood_IsServedByTheFirstPermitThatReturns()
    {
        Bulkheads all = Build(limit: 10);
        Bulkhead owner = all.Add("owner", reserve: 2);
        Bulkhead neighbour = all.Add("neighbour", reserve: 1);
        Assert.Equal(10, TakeAll(neighbour));
        Assert.False(owner.TryAcquire());

        neighbour.Release();
        Assert.False(neighbour.TryAcquire());
        Assert.Equal((0, 1), (owner.InFlight, owner.Held));
        Assert.True(owner.TryAcquire());

        // The rest of the reserve is owed to a bulkhead in use, too; what comes back beyond it may be borrowed again.
        neighbour.Release();
        Assert.False(neighbour.TryAcquire());
        neighbour.Release();
        Assert.True(neighbour.TryAcquire());
        Assert.True(owner.TryAcquire());
        Assert.False(owner.TryAcquire());
    }

    [Fact]
    public void TryAcquire_ReserveIdleForLongEnough_IsLentAndNotBefore()
    {
        Bulkheads all = Build(limit: 4);
        Bulkhead owner = all.Add("owner", reserve: 3);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        Assert.True(owner.TryAcquire());
        _clock.Advance(10 * LendAfter);
        Assert.Equal(1, TakeAll(neighbour));
        owner.Release();
        _clock.Advance(LendAfter - TimeSpan.FromTicks(1));
        Assert.False(neighbour.TryAcquire());
        Assert.Equal(3, owner.Held);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(3, TakeAll(neighbour));
        Assert.Equal((0, 4), (owner.Held, all.Gate.InFlight));
    }

    [Fact]
    public void TryAcquire_OwnerThatWasRefusedStaysAway_ClaimLapses()
    {
        Bulkheads all = Build(limit: 4);
        Bulkhead owner = all.Add("owner", reserve: 3);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        Assert.Equal(4, TakeAll(neighbour));
        Assert.False(owner.TryAcquire());
        neighbour.Release(2);
        Assert.False(neighbour.TryAcquire());
        _clock.Advance(LendAfter);
        Assert.Equal(2, TakeAll(neighbour));
        Assert.Equal((0, 0), (owner.Held, all.Gate.Waiters));
    }

    /// <summary>A refusal renews the claim of an owner that keeps asking.</summary>
    [Fact]
    public void TryAcquire_OwnerKeepsAsking_ClaimStays()
    {
        Bulkheads all = Build(limit: 4);
        Bulkhead owner = all.Add("owner", reserve: 3);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        Assert.Equal(4, TakeAll(neighbour));
        for (int i = 0; i < 5; i++)
        {
            Assert.False(owner.TryAcquire());
            Assert.False(neighbour.TryAcquire());
            _clock.Advance(LendAfter - TimeSpan.FromMilliseconds(1));
        }

        neighbour.Release();
        Assert.False(neighbour.TryAcquire());
        Assert.True(owner.TryAcquire());
    }

    [Fact]
    public void TryAcquire_LentToNobodyYet_OwnerTakesIdleReservesOfOthersBeforeItIsRefused()
    {
        Bulkheads all = Build(limit: 4);
        Bulkhead one = all.Add("one", reserve: 2);
        Bulkhead other = all.Add("other", reserve: 2);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        Assert.True(one.TryAcquire());
        one.Release();
        Assert.Equal(2, TakeAll(neighbour));
        _clock.Advance(LendAfter);
        Assert.Equal(2, TakeAll(other));
        Assert.Equal((0, 4), (one.Held, all.Gate.InFlight));
    }

    [Fact]
    public void Release_SeveralClaims_TheLeastFilledReserveIsServedFirst()
    {
        Bulkheads all = Build(limit: 12);
        Bulkhead small = all.Add("small", reserve: 2);
        Bulkhead large = all.Add("large", reserve: 4);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        Assert.Equal(12, TakeAll(neighbour));
        Assert.False(small.TryAcquire());
        Assert.False(large.TryAcquire());
        List<(int, int)> held = [];
        for (int i = 0; i < 7; i++)
        {
            neighbour.Release();
            held.Add((small.Held, large.Held));
        }

        Assert.Equal([(1, 0), (1, 1), (1, 2), (2, 2), (2, 3), (2, 4), (2, 4)], held);
        Assert.Equal((0, 11), (all.Gate.Waiters, all.Gate.InFlight));
    }

    [Fact]
    public void TryAcquire_SeveralPermitsAcrossTheReserve_AllOrNothing()
    {
        Bulkheads all = Build(limit: 6);
        Bulkhead owner = all.Add("owner", reserve: 3);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        Assert.True(neighbour.TryAcquire(2));
        Assert.False(owner.TryAcquire(5));
        Assert.Equal((0, 3), (owner.InFlight, owner.Held));
        Assert.True(owner.TryAcquire(4));
        Assert.False(neighbour.TryAcquire());
        owner.Release(4);
        Assert.Equal((0, 3, 5), (owner.InFlight, owner.Held, all.Gate.InFlight));
    }

    [Fact]
    public void TryAcquire_MoreThanItsLimit_IsRefusedAndClaimsNothing()
    {
        Bulkheads all = Build(limit: 6);
        Bulkhead bounded = all.Add("bounded", reserve: 2, limit: 3);
        Assert.False(bounded.TryAcquire(4));
        Assert.False(bounded.TryAcquire(int.MaxValue));
        Assert.Equal((0, 0), (bounded.Held, all.Gate.Waiters));
        Assert.True(bounded.TryAcquire(3));
        Assert.False(bounded.TryAcquire());
    }

    [Fact]
    public void TryAcquire_MoreThanTheGatesLimit_PassesOnlyAlone()
    {
        Bulkheads all = Build(limit: 6);
        Bulkhead one = all.Add("one", reserve: 2);
        Bulkhead other = all.Add("other", reserve: 2);
        Assert.True(one.TryAcquire());
        Assert.False(other.TryAcquire(7));
        Assert.Equal(2, one.Held);
        one.Release();
        Assert.True(other.TryAcquire(7));
        Assert.False(one.TryAcquire());
        Assert.Equal((7, 0), (all.InFlight, one.InFlight));
        other.Release(7);
        Assert.True(one.TryAcquire(2));
        Assert.Equal((2, 2, 4), (one.Held, other.Held, all.Gate.InFlight));
    }

    [Fact]
    public void LendAfter_Infinite_IsHeldFromTheBeginningAndNeverLent()
    {
        Bulkheads all = Build(limit: 4);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        Assert.Equal(4, TakeAll(neighbour));
        Bulkhead owner = all.Add("owner", reserve: 2, lendAfter: Timeout.InfiniteTimeSpan);
        neighbour.Release(3);
        _clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(1, TakeAll(neighbour));
        Assert.Equal(2, TakeAll(owner));
    }

    /// <summary>Who uses the gate itself is a borrower like others, and so is who waits for it.</summary>
    [Fact]
    public void Gate_UsedBesideTheBulkheads_KeepsClearOfTheirReserves()
    {
        Bulkheads all = Build(limit: 4);
        Bulkhead owner = all.Add("owner", reserve: 2);
        using var queue = new PermitQueue(new GateSource(all.Gate), limit: 10, isNewestFirst: false, new FakeTimeProvider());
        Assert.True(all.Gate.TryAcquire(4));
        Assert.False(owner.TryAcquire());
        Task<RejectionReason> waiter = queue.TakeAsync(1, default).AsTask();
        all.Gate.Release(2);
        Assert.Equal((2, false), (owner.Held, waiter.IsCompleted));
        all.Gate.Release();
        Assert.True(waiter.IsCompleted);
        Assert.False(all.Gate.TryAcquire());
        Assert.Equal(2, TakeAll(owner));
    }

    [Fact]
    public void TryAcquireLease_EndedTwice_ReleasesOnce()
    {
        Bulkheads all = Build(limit: 4);
        Bulkhead owner = all.Add("owner", reserve: 1, limit: 3);
        AdmissionLease lease = owner.TryAcquireLease(2);
        Assert.True(owner.TryAcquire());
        Assert.Equal(RejectionReason.ConcurrencyLimit, owner.TryAcquireLease().Reason);
        AdmissionLease copy = lease;
        lease.Complete(AdmissionOutcome.Success);
        copy.Dispose();
        Assert.Equal((1, 1), (owner.InFlight, all.Gate.InFlight));
        Assert.Throws<ArgumentOutOfRangeException>(() => owner.TryAcquireLease(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => owner.TryAcquireLease(AdmissionRequest.MaxCost + 1));
    }

    [Fact]
    public void TryAcquireLease_OfAWatchedGate_IsWatchedToo()
    {
        var time = new FakeTimeProvider();
        using var watch = new LeaseWatch("sop", TimeSpan.FromSeconds(40), time);
        var all = new Bulkheads(new ConcurrencyGate(4, watch), time);
        Bulkhead owner = all.Add("owner", reserve: 1);
        Assert.True(owner.TryAcquireLease().IsAdmitted);
        time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(TimeSpan.FromSeconds(8), watch.GetOldestLeaseAge());
        time.Advance(TimeSpan.FromSeconds(42));
        Assert.Equal((0, 1L), (owner.InFlight, watch.LostLeases));
    }

    [Fact]
    public void Release_MoreThanIsInFlight_ThrowsAndChangesNothing()
    {
        Bulkheads all = Build(limit: 4);
        Bulkhead owner = all.Add("owner", reserve: 2);
        Assert.True(owner.TryAcquire());
        Assert.Throws<ArgumentOutOfRangeException>(() => owner.Release(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => owner.Release(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => owner.TryAcquire(0));
        Assert.Equal((1, 2), (owner.InFlight, owner.Held));
    }

    /// <summary>The largest numbers that fit do, and no sum of them overflows.</summary>
    [Fact]
    public void TryAcquire_LargestNumbers_DoesNotOverflow()
    {
        Bulkheads all = Build(limit: int.MaxValue);
        Bulkhead one = all.Add("one", reserve: int.MaxValue);
        Bulkhead other = all.Add("other", reserve: 0);
        Assert.True(one.TryAcquire(int.MaxValue));
        Assert.False(one.TryAcquire(int.MaxValue));
        Assert.False(other.TryAcquire());
        one.Release(int.MaxValue);
        Assert.Equal((0, int.MaxValue, 0), (one.InFlight, one.Held, all.Gate.Waiters));
    }

    [Fact]
    public void TryAcquire_WithinTheReserve_AllocatesNothing()
    {
        Bulkheads all = Build(limit: 10);
        Bulkhead owner = all.Add("owner", reserve: 2);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        Round();
        long bytes = Allocated.In(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                Round();
            }
        });

        Assert.InRange(bytes, 0, 1_000);

        void Round()
        {
            // Lent, claimed, filled, used, refused.
            _clock.Advance(LendAfter);
            int taken = TakeAll(neighbour);
            owner.TryAcquire();
            neighbour.Release(taken);
            using (owner.TryAcquireLease())
            {
                owner.TryAcquire(20);
            }
        }
    }

    /// <summary>The table of docs/concurrency.md, row by row.</summary>
    [Fact]
    public void TryAcquire_WorkedExampleOfTheDocumentation_IsWhatHappens()
    {
        Bulkheads all = Build(limit: 100);
        Bulkhead checkout = all.Add("checkout", reserve: 40);
        Bulkhead search = all.Add("search", reserve: 20, limit: 60);
        Bulkhead export = all.Add("export", reserve: 0, limit: 30);

        Assert.Equal(30, TakeAll(export));
        AssertRow(0, 0, 30, free: 70);
        Assert.Equal(60, TakeAll(search));
        AssertRow(0, 60, 30, free: 10);
        Assert.True(checkout.TryAcquire());
        AssertRow(1, 60, 30, free: 0);
        Assert.Equal(10, checkout.Held);
        Assert.Equal(9, TakeAll(checkout));
        AssertRow(10, 60, 30, free: 0);
        for (int i = 0; i < 30; i++)
        {
            search.Release();
            Assert.False(search.TryAcquire());
            Assert.True(checkout.TryAcquire());
        }

        AssertRow(40, 30, 30, free: 0);
        search.Release(5);
        Assert.Equal(5, TakeAll(checkout));
        AssertRow(45, 25, 30, free: 0);
        checkout.Release(45);
        Assert.Equal(5, TakeAll(search));
        _clock.Advance(LendAfter);
        Assert.Equal(30, TakeAll(search));
        AssertRow(0, 60, 30, free: 10);

        void AssertRow(int checkouts, int searches, int exports, int free) => Assert.Equal(
            (checkouts, searches, exports, free),
            (checkout.InFlight, search.InFlight, export.InFlight, all.Gate.Limit - all.Gate.InFlight));
    }

    private Bulkheads Build(int limit) => new(new ConcurrencyGate(limit), _clock);
}
