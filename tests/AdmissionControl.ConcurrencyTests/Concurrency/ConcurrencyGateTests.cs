using AdmissionControl.Concurrency;

namespace AdmissionControl.ConcurrencyTests.Concurrency;

public class ConcurrencyGateTests
{
    [Fact]
    public void TryAcquire_Racing_ConservesPermits()
    {
        var gate = new ConcurrencyGate(3);
        Parallel.For(0, 100_000, _ =>
        {
            if (gate.TryAcquire())
            {
                gate.Release();
            }
        });
        Assert.Equal(0, gate.InFlight);
    }
}
