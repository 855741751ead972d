using AdmissionControl.Concurrency;

namespace AdmissionControl.ConcurrencyTests.Concurrency;

public class ConcurrencyGateTests(ITestOutputHelper output)
{
    private const int Threads = 4;
    private const int Rounds = 150_000;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 3, 1)]
    [InlineData(3, 5, 3)]
    public void TryAcquire_FixedLimit_NeverAboveItAndNothingLost(int seed, int limit, int most)
    {
        var gate = new ConcurrencyGate(limit);
        int held = 0;
        long admitted = 0;
        Race.Run(output, seed, Threads, (_, random) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                int permits = random.Next(1, most + 1);
                if (!gate.TryAcquire(permits))
                {
                    continue;
                }

                // Counted after the gate and given back before it: never more than the gate holds.
                int now = Interlocked.Add(ref held, permits);
                Assert.InRange(now, 1, limit);
                Assert.True(gate.InFlight >= permits);
                Interlocked.Increment(ref admitted);
                Interlocked.Add(ref held, -permits);
                gate.Release(permits);
            }
        });
        Assert.True(admitted > 0);
        Assert.Equal((0, 0), (gate.InFlight, gate.Waiters));
    }

    [Fact]
    public void TryAcquire_LargerThanTheLimit_RunsAloneWhenItStarts()
    {
        const int Limit = 3;
        const int Large = 5;
        var gate = new ConcurrencyGate(Limit);
        int held = 0;
        Race.Run(output, seed: 4, Threads, (thread, _) =>
        {
            int permits = thread == 0 ? Large : 1;
            for (int i = 0; i < Rounds; i++)
            {
                if (gate.TryAcquire(permits))
                {
                    // With the large one inside nobody else is, and without it the limit holds.
                    int now = Interlocked.Add(ref held, permits);
                    Assert.True(permits == Large ? now == Large : now <= Limit, $"{now} in flight");
                    Interlocked.Add(ref held, -permits);
                    gate.Release(permits);
                }
            }
        });
        Assert.Equal(0, gate.InFlight);
    }

    [Fact]
    public void Limit_ChangesWhileRacing_NeverAboveTheLargest()
    {
        const int Largest = 7;
        var gate = new ConcurrencyGate(Largest);
        int held = 0;
        Race.Run(output, seed: 5, Threads, (thread, random) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                if (thread == 0)
                {
                    gate.Limit = random.Next(1, Largest + 1);
                }
                else if (gate.TryAcquire(2))
                {
                    Assert.InRange(Interlocked.Add(ref held, 2), 2, Largest);
                    Interlocked.Add(ref held, -2);
                    gate.Release(2);
                }
            }
        });
        Assert.Equal(0, gate.InFlight);
    }

    [Fact]
    public void TryAcquire_WhileAWaiterIsAnnounced_NobodyPasses()
    {
        const int Checks = 200;
        var gate = new ConcurrencyGate(100);
        int admissions = 0;
        int stop = 0;
        int checks = 0;
        Race.Run(output, seed: 6, Threads, (thread, _) =>
        {
            if (thread > 0)
            {
                while (Volatile.Read(ref stop) == 0)
                {
                    if (gate.TryAcquire())
                    {
                        Interlocked.Increment(ref admissions);
                        gate.Release();
                    }
                }

                return;
            }

            try
            {
                for (int i = 0; i < Checks; i++)
                {
                    gate.AddWaiter();
                    Assert.True(SpinWait.SpinUntil(() => gate.InFlight == 0, TimeSpan.FromSeconds(30)), "A permit is lost.");

                    // All that were admitted before have left, and been counted before they left.
                    int before = Volatile.Read(ref admissions);
                    Thread.Yield();
                    Assert.False(gate.TryAcquire());
                    Assert.Equal(before, Volatile.Read(ref admissions));
                    Assert.Equal((0, 1), (gate.InFlight, gate.Waiters));
                    if (i % 2 == 0)
                    {
                        gate.RemoveWaiter();
                    }
                    else
                    {
                        Assert.Equal(1, gate.Grant(1));
                        gate.Release();
                    }

                    checks++;
                }
            }
            finally
            {
                Volatile.Write(ref stop, 1);
            }
        });
        Assert.Equal(Checks, checks);
        Assert.Equal((0, 0), (gate.InFlight, gate.Waiters));
    }
}
