using AdmissionControl.Hosting;

namespace AdmissionControl.ConcurrencyTests.Hosting;

public class PoolProbeTests(ITestOutputHelper output)
{
    /// <summary>
    /// Ticks, the pool and readers at once: at most one item is out, none is lost, and a delay is never negative nor longer than the race.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Tick_WhileItemsRunAndOthersRead_OneItemIsOutAndNoneIsLost(int seed)
    {
        const int Threads = 4, Rounds = 50_000;
        long origin = TimeProvider.System.GetTimestamp();
        IThreadPoolWorkItem? queue = null;
        int posted = 0, ran = 0, tooMany = 0;
        var probe = new PoolProbe(TimeProvider.System, new PoolActivity(static () => (0, 1)), item =>
        {
            posted++;
            tooMany += Interlocked.Exchange(ref queue, item) is null ? 0 : 1;
        });
        Race.Run(output, seed, Threads, (thread, random) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                switch (thread)
                {
                    case 0:
                        probe.Tick();
                        break;
                    case 1:
                        RunOne();
                        break;
                    default:
                        Assert.InRange(probe.Delay ?? TimeSpan.Zero, TimeSpan.Zero, TimeProvider.System.GetElapsedTime(origin));
                        break;
                }

                Thread.SpinWait(random.Next(20));
            }
        });
        RunOne();
        output.WriteLine($"{posted} items");
        Assert.Equal((posted, 0), (ran, tooMany));
        Assert.NotNull(probe.Delay);

        void RunOne()
        {
            if (Interlocked.Exchange(ref queue, null) is { } item)
            {
                item.Execute();
                ran++;
            }
        }
    }
}
