using AdmissionControl.Leases;
using AdmissionControl.Policies;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.ConcurrencyTests.Leases;

public class LeaseWatchTests(ITestOutputHelper output)
{
    /// <summary>Reclaiming races with completion and with reuse of the slots: every permit comes back exactly once, and no young lease is taken for an old one.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Reclaim_WhileLeasesEndAndSlotsAreReused_ReleasesEachOnce(int seed)
    {
        var time = new FakeTimeProvider();
        using var controller = new AdmissionController("race", Options(), time);
        const int Threads = 3, Rounds = 20_000;
        int young = 0;
        Race.Run(output, seed, Threads, (thread, random) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                if (thread == 0)
                {
                    if (i % 100 == 0)
                    {
                        time.Advance(TimeSpan.FromMilliseconds(300));
                    }

                    foreach ((LeaseSlot slot, long version) in LeaseRegistry.OlderThan(controller, now: long.MaxValue / 2, age: 0))
                    {
                        // Any lease that is seen was really given: its version is in use, and its moment is one of the clock's.
                        Interlocked.Add(ref young, slot.AdmittedAt > 0 && version % 2 != 0 ? 1 : 0);
                    }
                }
                else
                {
                    AdmissionLease lease = controller.TryAdmit(default);
                    if (random.Next(100) > 0)
                    {
                        lease.Complete(AdmissionOutcome.Success);
                    }

                    Assert.True(controller.GetStatistics().InFlight >= 0);
                }
            }
        });
        time.Advance(TimeSpan.FromSeconds(2));
        AdmissionStatistics statistics = controller.GetStatistics();
        output.WriteLine($"{statistics.LostLeases} reclaimed, {young} seen");
        Assert.Equal(0, statistics.InFlight);
        Assert.True(statistics.LostLeases > 0);
    }

    private static AdmissionPolicyOptions Options() => new()
    {
        Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = 1_000_000 },
        MaxLeaseAge = TimeSpan.FromSeconds(1),
    };
}
