using AdmissionControl.Hosting;

namespace AdmissionControl.ConcurrencyTests.Hosting;

public class SharedProbeTests(ITestOutputHelper output)
{
    /// <summary>Users come and go: never two probes run at once, a user's own runs as long as he stays, and none is left over.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Join_WhileOthersLeave_OneRunsAtATimeAndNoneIsLeft(int seed)
    {
        const int Threads = 4, Rounds = 20_000;
        int running = 0, started = 0;
        PoolProbe? current = null;
        var shared = new SharedProbe(
            probe =>
            {
                Assert.Equal(1, Interlocked.Increment(ref running));
                Interlocked.Increment(ref started);
                Volatile.Write(ref current, probe);
                return new Stop(() => Assert.Equal(0, Interlocked.Decrement(ref running)));
            },
            isOn: true);
        Race.Run(output, seed, Threads, (_, random) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                HostWitness witness = shared.Join();
                Assert.Equal(1, Volatile.Read(ref running));
                PoolProbe probe = Volatile.Read(ref current)!;
                Thread.SpinWait(random.Next(50));
                Assert.Same(probe, Volatile.Read(ref current));
                witness.Dispose();
                if (random.Next(4) == 0)
                {
                    witness.Dispose();
                }
            }
        });
        output.WriteLine($"{started} started");
        Assert.Equal(0, running);
        Assert.InRange(started, 1, Threads * Rounds);
    }

    private sealed class Stop(Action stop) : IDisposable
    {
        public void Dispose() => stop();
    }
}
