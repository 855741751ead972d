using AdmissionControl.Hosting;

namespace AdmissionControl.Tests.Hosting;

public class SharedProbeTests
{
    private readonly List<Ticks> _started = [];

    [Fact]
    public void Join_SeveralUsers_ShareOneUntilTheLastLeaves()
    {
        SharedProbe shared = Build();
        HostWitness first = shared.Join();
        HostWitness second = shared.Join();
        Ticks ticks = Assert.Single(_started);
        first.Dispose();
        Assert.Equal(0, ticks.Disposed);
        second.Dispose();
        Assert.Equal(1, ticks.Disposed);
    }

    [Fact]
    public void Join_AfterTheLastHasLeft_StartsAnew()
    {
        SharedProbe shared = Build();
        shared.Join().Dispose();
        using HostWitness witness = shared.Join();
        Assert.Equal([1, 0], _started.Select(t => t.Disposed));
        Assert.NotSame(_started[0].Probe, _started[1].Probe);
    }

    [Fact]
    public void Join_NoThreadToBeHad_IsBlindAndTheNextTriesAgain()
    {
        int failures = 3;
        var shared = new SharedProbe(
            probe => failures-- switch
            {
                3 => throw new InsufficientMemoryException(),
                2 => throw (Exception)Activator.CreateInstance(typeof(ThreadStartException), nonPublic: true)!,
                1 => throw new PlatformNotSupportedException(),
                _ => Start(probe),
            },
            isOn: true);
        HostWitness[] blind = [.. Enumerable.Range(0, 3).Select(_ => shared.Join())];
        using HostWitness seeing = shared.Join();
        Ticks ticks = Assert.Single(_started);
        ticks.Probe.Tick();
        ticks.Probe.Execute();
        Assert.All(blind, w => Assert.Null(w.Delay));
        Assert.NotNull(seeing.Delay);
        Array.ForEach(blind, w => w.Dispose());
        Assert.Equal(0, ticks.Disposed);
        seeing.Dispose();
        Assert.Equal(1, ticks.Disposed);
    }

    [Fact]
    public void Join_SwitchedOff_IsBlindAndStartsNothing()
    {
        var shared = new SharedProbe(Start, isOn: false);
        using HostWitness witness = shared.Join();
        Assert.Empty(_started);
        Assert.Null(witness.Delay);
    }

    private SharedProbe Build() => new(Start, isOn: true);

    private Ticks Start(PoolProbe probe)
    {
        var ticks = new Ticks(probe);
        _started.Add(ticks);
        return ticks;
    }

    private sealed class Ticks(PoolProbe probe) : IDisposable
    {
        public PoolProbe Probe { get; } = probe;

        public int Disposed { get; private set; }

        public void Dispose() => Disposed++;
    }
}
