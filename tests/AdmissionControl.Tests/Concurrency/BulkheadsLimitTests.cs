using AdmissionControl.Concurrency;
using AdmissionControl.Tests.Timing;
using static AdmissionControl.Tests.Concurrency.BulkheadPermits;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>Bulkheads of a gate whose limit moves.</summary>
public class BulkheadsLimitTests
{
    private readonly DrivenClock _clock = new();

    [Fact]
    public void Limit_BelowTheReserves_CutsEachInProportion()
    {
        Bulkheads all = Build(limit: 12);
        Bulkhead large = all.Add("large", reserve: 8);
        Bulkhead small = all.Add("small", reserve: 4);
        Assert.True(large.TryAcquire());
        Assert.True(small.TryAcquire());
        all.Gate.Limit = 7;

        // 8 * 7 / 12 and 4 * 7 / 12, rounded down; the seventh permit is open to all.
        Assert.Equal((4, 2), (large.ReserveNow, small.ReserveNow));
        Assert.Equal(4, TakeAll(large));
        Assert.Equal(1, TakeAll(small));
        Assert.Equal(7, all.InFlight);
        large.Release();
        Assert.True(small.TryAcquire());
        large.Release();
        Assert.False(small.TryAcquire());
        Assert.True(large.TryAcquire());
    }

    [Fact]
    public void Limit_LoweredBelowWhatIsHeld_NobodyIsAdmittedAboveIt()
    {
        Bulkheads all = Build(limit: 10);
        Bulkhead owner = all.Add("owner", reserve: 4);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        Assert.True(owner.TryAcquire());
        Assert.Equal(6, TakeAll(neighbour));
        all.Gate.Limit = 5;
        Assert.False(owner.TryAcquire());
        neighbour.Release(2);
        Assert.False(owner.TryAcquire());
        Assert.Equal(5, all.InFlight);
        neighbour.Release();
        Assert.True(owner.TryAcquire());
        Assert.False(neighbour.TryAcquire());
        Assert.Equal(5, all.InFlight);
    }

    /// <summary>The unused reserve of one must not keep another from what the lowered limit still allows.</summary>
    [Fact]
    public void Limit_LoweredWhileReservesAreHeldUnused_TheyAreGivenUpForOneWhoNeedsThem()
    {
        Bulkheads all = Build(limit: 10);
        Bulkhead one = all.Add("one", reserve: 5);
        Bulkhead other = all.Add("other", reserve: 5);
        Assert.True(one.TryAcquire());
        Assert.True(other.TryAcquire());
        all.Gate.Limit = 4;
        Assert.True(one.TryAcquire());
        Assert.True(other.TryAcquire());
        Assert.False(one.TryAcquire());
        Assert.False(other.TryAcquire());
        one.Release(2);
        other.Release(2);
        Assert.Equal((2, 2, 0), (one.Held, other.Held, all.Gate.Waiters));
    }

    [Fact]
    public void Limit_LoweredAndRaisedAgain_ReservesAreWholeAgain()
    {
        Bulkheads all = Build(limit: 10);
        Bulkhead one = all.Add("one", reserve: 5);
        Bulkhead other = all.Add("other", reserve: 5);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        Assert.True(one.TryAcquire(5));
        Assert.True(other.TryAcquire(5));
        all.Gate.Limit = 3;
        one.Release(5);
        other.Release(5);
        Assert.True(one.TryAcquire());
        all.Gate.Limit = 10;
        Assert.True(one.TryAcquire(4));
        Assert.True(other.TryAcquire(5));
        Assert.False(neighbour.TryAcquire());
        Assert.Equal(10, all.InFlight);
    }

    [Fact]
    public void Limit_RaisedWhileAnOwnerClaims_FillsTheClaimAtOnce()
    {
        Bulkheads all = Build(limit: 4);
        Bulkhead owner = all.Add("owner", reserve: 2);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        Assert.Equal(4, TakeAll(neighbour));
        Assert.False(owner.TryAcquire());
        all.Gate.Limit = 7;
        Assert.Equal((2, 0), (owner.Held, all.Gate.Waiters));
        Assert.Equal(1, TakeAll(neighbour));
    }

    private Bulkheads Build(int limit) => new(new ConcurrencyGate(limit), _clock);
}
