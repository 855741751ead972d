using System.Collections.Concurrent;
using AdmissionControl.Policies;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.ConcurrencyTests.Queueing;

/// <summary>A controller with triage under threads that ask, cancel, complete, move the limit and the clock and switch the mode.</summary>
public class TriageRaceTests(ITestOutputHelper output)
{
    private const int Threads = 4;
    private const int Steps = 150;
    private const int HighestLimit = 4;
    private const int HighestCost = 2;

    // Bounds every wait, so that a broken type fails and does not hang.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1_000, false)]
    [InlineData(2_000, true)]
    public void AdmitAsync_EverythingRaces_EachGetsOneAnswerAndNoPermitIsLost(int firstSeed, bool switches)
    {
        for (int seed = firstSeed; seed < firstSeed + 300; seed++)
        {
            Play(seed, switches);
        }
    }

    /// <summary>Each request is told by its cost: a waiter that serves another request already would give the wrong one.</summary>
    [Fact]
    public void AdmitAsync_WaitersAreReused_EachTaskGetsItsOwnAnswer()
    {
        for (int seed = 5_000; seed < 5_020; seed++)
        {
            PlayOwn(seed);
        }
    }

    private void Play(int seed, bool switches)
    {
        var clock = new RacingClock();
        var time = new FakeTimeProvider();
        using AdmissionController controller = Build(clock, time, limit: 2, maxLength: 6);
        ConcurrentBag<Task> waits = [];
        int asked = 0;
        int admitted = 0;
        int refused = 0;

        Race.Run(output, seed, Threads, (thread, random) =>
        {
            Queue<AdmissionLease> held = [];
            for (int step = 0; step < Steps; step++)
            {
                var request = new AdmissionRequest((RequestPriority)random.Next(5)) { Cost = random.Next(1, HighestCost + 1) };
                switch (random.Next(switches ? 9 : 8))
                {
                    case 0 or 1 or 2:
                        waits.Add(WaitAsync(request, random.Next(4)));
                        break;
                    case 3:
                        Interlocked.Increment(ref asked);
                        AdmissionLease lease = controller.TryAdmit(request);
                        Count(lease);
                        held.Enqueue(lease);
                        break;
                    case 4:
                        controller.Stages.Gate.Limit = random.Next(1, HighestLimit + 1);
                        break;
                    case 5:
                        clock.Advance(random.Next(20_000_000));

                        // As the timer would: looks for those who have waited long enough.
                        controller.Stages.Gate.Limit = controller.Stages.Gate.Limit;
                        break;
                    case 8:
                        controller.Mode = (AdmissionMode)random.Next(3);
                        break;
                    default:
                        if (held.TryDequeue(out AdmissionLease done))
                        {
                            // Twice, as a copy: the second time must change nothing.
                            done.Complete(AdmissionOutcome.Success);
                            done.Dispose();
                        }

                        break;
                }

                // A cost above the limit passes when nothing else is in flight. What runs while the mode is off is in flight, too.
                Assert.True(controller.GetStatistics().InFlight >= 0 && (switches || controller.GetStatistics().InFlight <= HighestLimit));
            }

            while (held.TryDequeue(out AdmissionLease lease))
            {
                lease.Complete(AdmissionOutcome.Success);
            }
        });

        // Whoever still waits is served as the others complete, on the pool; and what ran in the shadow lets go of its permit by a timer.
        bool isOver = SpinWait.SpinUntil(() => Advance(time) && waits.All(w => w.IsCompleted) && controller.IsAtRest, Longest);
        Assert.True(isOver, $"Seed {seed}: somebody was forgotten: {controller.GetStatistics()}");
        Task.WhenAll(waits).GetAwaiter().GetResult();
        AdmissionStatistics statistics = controller.GetStatistics();
        Assert.Equal((asked, 0, 0), (admitted + refused, statistics.InFlight, statistics.Waiting));
        Assert.Equal((0, 0L), (controller.Stages.Gate.Waiters, controller.WaitingPermits));
        if (!switches)
        {
            Assert.Equal((admitted, refused), ((int)statistics.TotalAdmitted, (int)statistics.TotalRejected));
        }

        controller.Mode = AdmissionMode.Enforce;
        controller.Stages.Gate.Limit = 1;
        Assert.True(controller.TryAdmit(default).IsAdmitted);
        Assert.False(controller.TryAdmit(default).IsAdmitted);

        void Count(AdmissionLease lease)
        {
            Interlocked.Increment(ref lease.IsAdmitted ? ref admitted : ref refused);
            Assert.True(lease.IsAdmitted || lease.Reason != RejectionReason.None);
        }

        async Task WaitAsync(AdmissionRequest request, int cancels)
        {
            Interlocked.Increment(ref asked);
            using var cancellation = new CancellationTokenSource();
            if (cancels == 0)
            {
                cancellation.Cancel();
            }

            ValueTask<AdmissionLease> admission = controller.AdmitAsync(request, cancellation.Token);
            if (cancels == 1)
            {
                cancellation.Cancel();
            }

            AdmissionLease lease = await admission.ConfigureAwait(false);
            Count(lease);
            lease.Complete(AdmissionOutcome.Success);
        }
    }

    private void PlayOwn(int seed)
    {
        // A limit of one, and each costs more: one at a time, and all others wait.
        const int Loops = 6;
        const int Requests = 60;
        var clock = new RacingClock();
        using AdmissionController controller = Build(clock, new FakeTimeProvider(), limit: 1, maxLength: Threads * Loops / 2);
        ConcurrentBag<Task> loops = [];
        int[] answers = [0, 0];
        int inside = 0;
        Race.Run(output, seed, Threads, (thread, random) =>
        {
            for (int i = 0; i < Loops; i++)
            {
                loops.Add(LoopAsync(new Random(random.Next()), 2 + (((thread * Loops) + i) * Requests)));
            }
        });

        Assert.True(Task.WhenAll(loops).Wait(Longest, TestContext.Current.CancellationToken), $"Seed {seed}: somebody was forgotten.");
        AdmissionStatistics statistics = controller.GetStatistics();
        Assert.Equal(Threads * Loops * Requests, answers[0] + answers[1]);
        Assert.Equal((answers[0], answers[1]), ((int)statistics.TotalAdmitted, (int)statistics.TotalRejected));
        Assert.Equal((0, 0, 0), (statistics.InFlight, statistics.Waiting, controller.Stages.Gate.Waiters));
        Assert.NotEqual(0, answers[0]);

        async Task LoopAsync(Random random, int firstCost)
        {
            for (int i = 0; i < Requests; i++)
            {
                using var cancellation = new CancellationTokenSource();
                var request = new AdmissionRequest((RequestPriority)random.Next(5)) { Cost = firstCost + i };
                ValueTask<AdmissionLease> admission = controller.AdmitAsync(request, cancellation.Token);
                bool isCancelled = random.Next(3) == 0;
                if (isCancelled)
                {
                    cancellation.Cancel();
                }

                AdmissionLease lease = await admission.ConfigureAwait(false);
                Interlocked.Increment(ref answers[lease.IsAdmitted ? 0 : 1]);
                if (lease.IsAdmitted)
                {
                    Assert.Equal((request.Cost, request.Priority), (lease.Slot!.Permits, lease.Slot.Priority));
                    Assert.Equal(1, Interlocked.Increment(ref inside));
                    if (random.Next(2) == 0)
                    {
                        await Task.Yield();
                    }

                    Interlocked.Decrement(ref inside);
                    lease.Complete(AdmissionOutcome.Success);
                }
                else
                {
                    Assert.True(lease.Reason != RejectionReason.Cancelled || isCancelled, "It was told that another was cancelled.");
                    await Task.Yield();
                }
            }
        }
    }

    private static bool Advance(FakeTimeProvider time)
    {
        time.Advance(TimeSpan.FromMilliseconds(100));
        return true;
    }

    private static AdmissionController Build(RacingClock clock, FakeTimeProvider time, int limit, int maxLength)
    {
        var options = new AdmissionPolicyOptions();
        new AdmissionPolicyBuilder(options).FixedConcurrency(limit).ShedByPriority(t => t.Minimum.Bulk = 0.1).Queue(TimeSpan.FromMilliseconds(50), maxLength);
        return new AdmissionController("race", options, time, clock);
    }
}
