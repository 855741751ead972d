using AdmissionControl.Triage;

namespace AdmissionControl.ConcurrencyTests.Triage;

public class ClientUsageRaceTests(ITestOutputHelper output)
{
    private const long Second = 1_000_000_000;
    private const int Threads = 4;

    /// <summary>All charge the same few keys, one halves: a stale write may undo a halving, but never counts a charge twice.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Estimate_ChargedAndHalvedTogether_NeverExceedsWhatWasCharged(int seed)
    {
        const int Keys = 3;
        for (int round = 0; round < 20; round++)
        {
            var sketch = new UsageSketch();
            long[] charged = new long[Keys];
            Race.Run(output, (seed * 100) + round, Threads, (thread, random) =>
            {
                for (int i = 0; i < 10_000; i++)
                {
                    int key = random.Next(Keys);
                    if (thread == 0 && random.Next(100) == 0)
                    {
                        sketch.Halve(random.Next(1, 4));
                    }

                    // Before, so that whoever sees the charge in the sketch sees it here as well.
                    uint units = (uint)random.Next(1, 100);
                    Interlocked.Add(ref charged[key], units);
                    sketch.Charge(Apart(key), units);
                    uint estimate = sketch.Estimate(Apart(key));
                    Assert.True(estimate <= Volatile.Read(ref charged[key]), $"{estimate} of {Volatile.Read(ref charged[key])}");
                }
            });
            Assert.Equal(0u, sketch.Estimate(Apart(Keys)));
        }
    }

    /// <summary>Who shares no cell with another thread's keys loses nothing to it.</summary>
    [Fact]
    public void Estimate_AKeyForEachThread_IsExact()
    {
        var sketch = new UsageSketch();
        long[] charged = new long[Threads];
        Race.Run(output, seed: 3, Threads, (thread, random) =>
        {
            for (int i = 0; i < 200_000; i++)
            {
                uint units = (uint)random.Next(100);
                charged[thread] += units;
                sketch.Charge(Apart(thread), units);
            }
        });
        Assert.All(Enumerable.Range(0, Threads), thread => Assert.Equal(charged[thread], sketch.Estimate(Apart(thread))));
    }

    /// <summary>Each thread has its own idea of the time, and all meet at the ends of seconds and of the ten minutes.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void AnyCall_AtTheEndsOfSeconds_StaysWithinTheBands(int seed)
    {
        var usage = new ClientUsage(0, prefersKnownClients: false, now: 0);
        long now = 0;
        Race.Run(output, seed, Threads, (_, random) =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                long present = Interlocked.Add(ref now, random.Next(100) == 0 ? random.NextInt64(100 * Second) : random.Next(1_000_000)) - random.Next(1_000_000);
                PartitionKey client = PartitionKey.From(random.Next(500)).Within(PartitionKey.From(random.Next(-20, 0)));
                usage.Charge(client, random.Next(1, 1_000_000), isCalm: random.Next(2) == 0, present);
                usage.Served(random.Next(1, 1000), present);
                Assert.InRange(usage.BandOf(client, random.Next(2) == 0), 0, ClientUsage.BandCount - 1);
            }
        });

        // What was served is never lost, and never below nothing: after a pause it is all gone, and then one permit is everybody's share.
        usage.Served(0, now + (1000 * Second));
        Assert.All(Enumerable.Range(0, 500), id => Assert.Equal(0, usage.BandOf(PartitionKey.From(id), isAnonymous: false)));
        usage.Charge(PartitionKey.From(1), 300, isCalm: false, now + (1000 * Second));
        usage.Served(1, now + (1000 * Second));
        Assert.True(usage.BandOf(PartitionKey.From(1), isAnonymous: true) == 7);
    }

    /// <summary>A second is ended by one of the threads that find it over.</summary>
    [Fact]
    public void TryPass_Racing_EachPeriodIsPassedOnce()
    {
        const int Periods = 20_000;
        var end = new Shared();
        long passed = 0;
        Race.Run(output, seed: 6, Threads, (_, random) =>
        {
            for (long now = 0; now < Periods; now += random.Next(3))
            {
                if (end.Period.TryPass(now, out long count))
                {
                    Interlocked.Add(ref passed, count);
                }
            }
        });
        end.Period.TryPass(Periods, out long last);
        Assert.Equal(Periods, passed + last);
    }

    /// <summary>Keys that share no cell.</summary>
    private static ulong Apart(int key) => ((ulong)key << 12) | (uint)key;

    private sealed class Shared
    {
        public PeriodEnd Period = new(1, 0);
    }
}
