using System.Collections.Concurrent;
using AdmissionControl.Leases;
using AdmissionControl.Policies;

namespace AdmissionControl.ConcurrencyTests.Leases;

public class LeaseSlotTests(ITestOutputHelper output)
{
    private const int Threads = 4;
    private const int Limit = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Complete_TwiceFromCopiesAndThreadsAfterReuse_ReleasesOnce(int seed)
    {
        using AdmissionController controller = Build();
        ConcurrentQueue<AdmissionLease> shared = [];
        int held = 0;
        long admitted = 0;
        Race.Run(output, seed, Threads, (_, random) =>
        {
            List<AdmissionLease> stale = [];
            for (int i = 0; i < 120_000; i++)
            {
                AdmissionLease lease = controller.TryAdmit(default);
                if (lease.IsAdmitted)
                {
                    Interlocked.Increment(ref admitted);
                    Assert.InRange(Interlocked.Increment(ref held), 1, Limit);
                    Interlocked.Decrement(ref held);

                    // Half of the leases are completed by two threads, or by another one.
                    if (random.Next(2) == 0)
                    {
                        shared.Enqueue(lease);
                    }

                    lease.Complete((AdmissionOutcome)random.Next(3));
                    stale.Add(lease);
                }

                if (shared.TryDequeue(out AdmissionLease other))
                {
                    other.Dispose();
                }

                // Copies of leases whose slots have had other owners since.
                if (stale.Count > 0 && random.Next(2) == 0)
                {
                    AdmissionLease old = stale[random.Next(stale.Count)];
                    old.Complete(AdmissionOutcome.Overloaded, TimeSpan.FromDays(1));
                    old.Dispose();
                    old.Withdraw();
                }

                Assert.InRange(controller.GetStatistics().InFlight, 0, Limit);
            }
        });
        AdmissionStatistics statistics = controller.GetStatistics();
        Assert.Equal((0, admitted), (statistics.InFlight, statistics.TotalAdmitted));
        Assert.True(admitted > 1000);
    }

    [Fact]
    public void Complete_TheSameLeaseFromAllThreadsAtOnce_ReleasesOnce()
    {
        using AdmissionController controller = Build();
        const int Rounds = 1_000;
        AdmissionLease[] leases = new AdmissionLease[Rounds];
        using var round = new Barrier(Threads);
        Race.Run(output, seed: 3, Threads, (thread, _) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                if (thread == 0)
                {
                    leases[i] = controller.TryAdmit(default);
                }

                round.SignalAndWait();
                leases[i].Complete(AdmissionOutcome.Success);
                round.SignalAndWait();
                if (thread == 0)
                {
                    Assert.Equal(0, controller.GetStatistics().InFlight);
                }
            }
        });
        Assert.All(leases, l => Assert.True(l.IsAdmitted));
    }

    [Fact]
    public void Rent_LeasesCompletedOnAnotherThread_ComeBackAndNoSlotIsServedTwice()
    {
        using AdmissionController controller = Build(int.MaxValue);
        using BlockingCollection<AdmissionLease> pipe = [];
        const int Count = 20_000;
        HashSet<LeaseSlot> slots = new(ReferenceEqualityComparer.Instance);
        Race.Run(output, seed: 4, threads: 2, (thread, _) =>
        {
            for (int i = 0; i < Count; i++)
            {
                if (thread == 0)
                {
                    // Never more out than the shared part of the pool takes back.
                    SpinWait.SpinUntil(() => controller.GetStatistics().InFlight < 200);
                    AdmissionLease lease = controller.TryAdmit(default);
                    slots.Add(lease.Slot!);
                    pipe.Add(lease);
                }
                else
                {
                    pipe.Take().Complete(AdmissionOutcome.Success);
                }
            }
        });
        Assert.Equal(0, controller.GetStatistics().InFlight);
        Assert.InRange(slots.Count, 1, 200 + LeasePool.SharedCapacity + (2 * LeasePool.LocalCapacity));
    }

    private static AdmissionController Build(int limit = Limit) => new(
        "race", new AdmissionPolicyOptions { Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = limit } });
}
