using AdmissionControl.Hosting;

namespace AdmissionControl.Tests.Hosting;

public class HostWitnessTests
{
    /// <summary>The real thing, on the real pool.</summary>
    [Fact]
    public void Delay_RealPool_ComesWithTheFirstItem()
    {
        using HostWitness witness = HostWitness.Join();
        Assert.True(SpinWait.SpinUntil(() => witness.Delay is not null, TimeSpan.FromMinutes(1)), "No item has run.");
        Assert.True(witness.Delay >= TimeSpan.Zero);
    }

    [Fact]
    public void Dispose_Twice_LeavesOnceAndIsBlind()
    {
        PoolProbe? probe = null;
        int stops = 0;
        var shared = new SharedProbe(
            p =>
            {
                probe = p;
                return new Stop(() => stops++);
            },
            isOn: true);
        HostWitness first = shared.Join();
        HostWitness second = shared.Join();
        probe!.Tick();
        probe.Execute();
        first.Dispose();
        first.Dispose();
        Assert.Equal(0, stops);
        Assert.Null(first.Delay);
        Assert.NotNull(second.Delay);
        second.Dispose();
        Assert.Equal(1, stops);
    }

    private sealed class Stop(Action stop) : IDisposable
    {
        public void Dispose() => stop();
    }
}
