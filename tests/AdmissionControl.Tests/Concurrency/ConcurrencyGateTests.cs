using AdmissionControl.Concurrency;
using AdmissionControl.Queueing;

namespace AdmissionControl.Tests.Concurrency;

public class ConcurrencyGateTests
{
    /// <summary>A mistake in the caller's code is said at once, and does not make room for more than the limit.</summary>
    [Fact]
    public void Release_MoreThanIsInFlight_ThrowsAndChangesNothing()
    {
        var gate = new ConcurrencyGate(2);
        Assert.Throws<InvalidOperationException>(() => gate.Release());
        Assert.True(gate.TryAcquire());
        Assert.Throws<InvalidOperationException>(() => gate.Release(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => gate.Release(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => gate.Release(-5));
        Assert.Equal(1, gate.InFlight);
        gate.AddWaiter();
        Assert.Throws<InvalidOperationException>(() => gate.Release(2));
        Assert.Equal((1, 1), (gate.InFlight, gate.Waiters));
    }

    [Fact]
    public void TryAcquire_UpToTheLimit_ThenNot()
    {
        var gate = new ConcurrencyGate(3);
        Assert.True(gate.TryAcquire(2));
        Assert.False(gate.TryAcquire(2));
        Assert.True(gate.TryAcquire());
        Assert.False(gate.TryAcquire());
        Assert.Equal(3, gate.InFlight);
        gate.Release(2);
        Assert.Equal(1, gate.InFlight);
        Assert.True(gate.TryAcquire(2));
    }

    [Fact]
    public void TryAcquire_LargerThanTheLimit_PassesOnlyAlone()
    {
        var gate = new ConcurrencyGate(3);
        Assert.True(gate.TryAcquire(10));
        Assert.False(gate.TryAcquire());
        gate.Release(10);
        Assert.True(gate.TryAcquire());
        Assert.False(gate.TryAcquire(10));
    }

    [Fact]
    public void TryAcquire_WhileSomebodyWaits_TakesNothing()
    {
        var gate = new ConcurrencyGate(3);
        gate.AddWaiter();
        Assert.False(gate.TryAcquire());
        Assert.False(gate.CanAcquire(1, 3));
        Assert.True(gate.CanGrant(1, 3));
        Assert.Equal((0, 1), (gate.InFlight, gate.Waiters));
        Assert.Equal(2, gate.Grant(2));
        Assert.Equal((2, 0), (gate.InFlight, gate.Waiters));
    }

    [Fact]
    public void Release_WhileSomebodyWaits_PumpsEveryAttachedQueue()
    {
        var gate = new ConcurrencyGate(3);
        PumpCounter first = new(), second = new();
        gate.Attach(first);
        gate.Attach(second);
        Assert.True(gate.TryAcquire(3));
        gate.Release();
        Assert.Equal((0, 0), (first.Pumps, second.Pumps));
        gate.AddWaiter();
        gate.Release();
        Assert.Equal((1, 1), (first.Pumps, second.Pumps));
        gate.Detach(first);
        gate.Release();
        Assert.Equal((1, 2), (first.Pumps, second.Pumps));
        gate.RemoveWaiter();
        Assert.True(gate.TryAcquire());
    }

    [Fact]
    public void Limit_ChangedWhileSomebodyWaits_PumpsTheQueueAtOnce()
    {
        var gate = new ConcurrencyGate(1);
        PumpCounter queue = new();
        gate.Attach(queue);
        gate.Limit = 2;
        Assert.Equal(0, queue.Pumps);
        gate.AddWaiter();
        gate.Limit = 3;
        Assert.Equal(1, queue.Pumps);
    }

    [Fact]
    public void TryGrant_OnlyWhatFits_TurnsAWaiterIntoPermits()
    {
        var gate = new ConcurrencyGate(3);
        Assert.True(gate.TryAcquire(2));
        gate.AddWaiter();
        Assert.False(gate.TryGrant(2, 3));
        Assert.Equal((2, 1), (gate.InFlight, gate.Waiters));
        Assert.True(gate.TryGrant(1, 3));
        Assert.Equal((3, 0), (gate.InFlight, gate.Waiters));
    }

    [Fact]
    public void TakeFree_WhoeverWaits_TakesWhatThereIs()
    {
        var gate = new ConcurrencyGate(5);
        gate.AddWaiter();
        Assert.Equal(2, gate.TakeFree(2));
        Assert.Equal(3, gate.TakeFree(7));
        Assert.Equal(0, gate.TakeFree(1));
        gate.Limit = 3;
        Assert.Equal(0, gate.TakeFree(1));
        Assert.Equal((5, 1), (gate.InFlight, gate.Waiters));
    }

    [Fact]
    public void TryExchange_OnlyWhatFitsThen_GivesAndTakesInOneStep()
    {
        var gate = new ConcurrencyGate(5);
        PumpCounter queue = new();
        gate.Attach(queue);
        Assert.True(gate.TryAcquire(5));
        gate.AddWaiter();
        Assert.False(gate.TryExchange(1, 2));
        Assert.Equal((5, 0), (gate.InFlight, queue.Pumps));
        Assert.True(gate.TryExchange(2, 2));
        Assert.Equal((5, 0), (gate.InFlight, queue.Pumps));
        Assert.True(gate.TryExchange(4, 1));
        Assert.Equal((2, 1), (gate.InFlight, queue.Pumps));
        Assert.True(gate.TryExchange(2, 9));
        Assert.Equal((9, 1), (gate.InFlight, gate.Waiters));
    }

    [Fact]
    public void TryAcquireLease_EndedTwice_ReleasesOnce()
    {
        var gate = new ConcurrencyGate(5);
        Assert.True(gate.TryAcquire());
        AdmissionLease lease = gate.TryAcquireLease(3);
        Assert.Equal((true, 4), (lease.IsAdmitted, gate.InFlight));
        Assert.Equal(RejectionReason.ConcurrencyLimit, gate.TryAcquireLease(2).Reason);
        lease.Complete(AdmissionOutcome.Success);
        lease.Dispose();
        Assert.Equal(1, gate.InFlight);
        Assert.Throws<ArgumentOutOfRangeException>(() => gate.TryAcquireLease(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => gate.TryAcquireLease(AdmissionRequest.MaxCost + 1));
    }

    [Fact]
    public void TryAcquire_AllowedLess_StaysWithinIt()
    {
        var gate = new ConcurrencyGate(10);
        Assert.True(gate.TryAcquire(4, 5, out int inFlight));
        Assert.Equal(4, inFlight);
        Assert.False(gate.TryAcquire(2, 5, out inFlight));
        Assert.Equal(4, inFlight);
        Assert.False(gate.CanAcquire(2, 5));
        Assert.True(gate.CanAcquire(6, 10));
        Assert.False(gate.CanAcquire(7, 10));
    }

    [Fact]
    public void Enter_AtTheLimitWithWaiters_StillCounts()
    {
        var gate = new ConcurrencyGate(1);
        Assert.True(gate.TryAcquire());
        gate.AddWaiter();
        Assert.Equal(3, gate.Enter(2));
        Assert.Equal((3, 1), (gate.InFlight, gate.Waiters));
    }

    [Fact]
    public void Limit_Lowered_StrandsNothing()
    {
        var gate = new ConcurrencyGate(5);
        Assert.True(gate.TryAcquire(5));
        gate.Limit = 2;
        gate.Release(3);
        Assert.False(gate.TryAcquire());
        gate.Release();
        Assert.True(gate.TryAcquire());
        gate.Limit = 3;
        Assert.True(gate.TryAcquire());
        Assert.Equal(3, gate.InFlight);
    }

    [Fact]
    public void TryAcquire_AtTheLargestLimit_DoesNotOverflow()
    {
        var gate = new ConcurrencyGate(int.MaxValue);
        Assert.True(gate.TryAcquire(int.MaxValue));
        Assert.False(gate.TryAcquire());
        Assert.False(gate.TryAcquire(int.MaxValue));
        Assert.Equal((int.MaxValue, 0), (gate.InFlight, gate.Waiters));
    }

    [Fact]
    public void Arguments_OutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConcurrencyGate(0));
        var gate = new ConcurrencyGate(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => gate.Limit = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => gate.TryAcquire(0));
        Assert.Equal(1, gate.Limit);
    }

    private sealed class PumpCounter : IWaitQueue
    {
        public int Pumps { get; private set; }

        public void Pump() => Pumps++;
    }
}
