using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

public class ConcurrencyGateTests
{
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
        gate.AddWaiter();
        gate.AddWaiter();
        Assert.Equal(2, gate.ReleaseAndCountWaiters(2));
        gate.RemoveWaiter();
        gate.RemoveWaiter();
        Assert.True(gate.TryAcquire());
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
}
