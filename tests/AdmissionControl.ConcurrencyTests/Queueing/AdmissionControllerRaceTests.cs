using System.Collections.Concurrent;
using AdmissionControl.Policies;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.ConcurrencyTests.Queueing;

/// <summary>Arrivals, completions, cancellations, expiries, displacements and changes of the limit, all at once.</summary>
public class AdmissionControllerRaceTests(ITestOutputHelper output)
{
    private const int Threads = 4;
    private const int Rounds = 150;
    private const int StepsPerThread = 120;
    private const int HighestLimit = 4;

    // Bounds every wait, so that a broken type fails and does not hang.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    [Fact]
    public void AdmitAsync_EverythingRaces_NobodyIsForgottenAndNoPermitIsLost()
    {
        for (int round = 0; round < Rounds; round++)
        {
            int seed = 7_919 * (round + 1);
            try
            {
                Play(seed, p => p.FixedConcurrency(2));
                Play(seed, p => p.Rate("1000/s", burst: 3).FixedConcurrency(2));
            }
            catch
            {
                output.WriteLine($"seed {seed}");
                throw;
            }
        }
    }

    private static void Play(int seed, Action<AdmissionPolicyBuilder> configure)
    {
        var time = new FakeTimeProvider();
        AdmissionPolicyOptions Options(int limit)
        {
            var options = new AdmissionPolicyOptions();
            var builder = new AdmissionPolicyBuilder(options);
            configure(builder);
            builder.FixedConcurrency(limit).ShareByPriority().Queue(TimeSpan.FromMilliseconds(50), maxLength: 6);
            return options;
        }

        using var controller = new AdmissionController("race", Options(2), time);
        ConcurrentBag<Task> waits = [];
        int[] balance = [0, 0];
        using var start = new Barrier(Threads + 1);

        void Start() => Assert.True(start.SignalAndWait(Longest), "A racer does not start.");

        void Count(AdmissionLease lease)
        {
            Interlocked.Increment(ref balance[lease.IsAdmitted ? 0 : 1]);
            Assert.True(lease.IsAdmitted || lease.Reason != RejectionReason.None);
        }

        void Work(int thread)
        {
            var random = new Random(seed + thread);
            Queue<AdmissionLease> held = [];
            Start();
            for (int step = 0; step < StepsPerThread; step++)
            {
                var request = new AdmissionRequest((RequestPriority)random.Next(5)) { Cost = random.Next(1, 3) };
                switch (random.Next(6))
                {
                    case 0 or 1:
                        AdmissionLease lease = controller.TryAdmit(request);
                        Count(lease);
                        held.Enqueue(lease);
                        break;
                    case 2 or 3:
                        waits.Add(WaitAsync(request, cancel: random.Next(3) == 0));
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

                Assert.InRange(controller.GetStatistics().InFlight, 0, HighestLimit + 2);
            }

            while (held.TryDequeue(out AdmissionLease lease))
            {
                lease.Complete(AdmissionOutcome.Success);
            }
        }

        async Task WaitAsync(AdmissionRequest request, bool cancel)
        {
            using var cancellation = new CancellationTokenSource();
            ValueTask<AdmissionLease> admission = controller.AdmitAsync(request, cancellation.Token);
            if (cancel)
            {
                cancellation.Cancel();
            }

            AdmissionLease lease = await admission.ConfigureAwait(false);
            Count(lease);
            lease.Complete(AdmissionOutcome.Success);
        }

        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(i => new Thread(() =>
        {
            try
            {
                Work(i);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, exception, null);
            }
        })
        { IsBackground = true })];
        Array.ForEach(threads, thread => thread.Start());
        Start();
        var chance = new Random(seed);
        long startedAt = TimeProvider.System.GetTimestamp();
        while (threads.Any(thread => thread.IsAlive))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(startedAt) < Longest, "A racer hangs.");
            time.Advance(TimeSpan.FromMilliseconds(1));
            controller.Update(PolicyPlan.From("race", Options(chance.Next(1, HighestLimit + 1))));
        }

        Assert.Null(failure);

        // Whoever still waits is granted or expires within the longest wait; a lost wake-up of the timer would leave somebody behind.
        for (int i = 0; i < 200; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        // A continuation on the pool may be running the timer's callback just now: the fake clock leaves it to that thread and goes on.
        Assert.True(SpinWait.SpinUntil(() => controller.GetStatistics().Waiting == 0, TimeSpan.FromSeconds(30)));
        Assert.True(Task.WhenAll(waits).Wait(Longest, TestContext.Current.CancellationToken), "Somebody was forgotten.");
        Assert.Equal((0, 0), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
        Assert.Equal((balance[0], balance[1]), ((int)controller.GetStatistics().TotalAdmitted, (int)controller.GetStatistics().TotalRejected));
        Assert.True(controller.TryAdmit(default).IsAdmitted);
    }
}
