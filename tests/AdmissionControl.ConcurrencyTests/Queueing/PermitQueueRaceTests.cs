using System.Collections.Concurrent;
using AdmissionControl.Concurrency;
using AdmissionControl.Queueing;
using AdmissionControl.TokenBuckets;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.ConcurrencyTests.Queueing;

/// <summary>Waiters, newcomers, releases, cancellations, changes of the limit and a disposal at once; every wait ends and every permit comes back.</summary>
public sealed class PermitQueueRaceTests(ITestOutputHelper output)
{
    private const int Threads = 4;
    private const int Rounds = 300;
    private const int StepsPerThread = 100;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TakeAsync_Gate_EverythingRaces_NobodyIsForgottenAndNoPermitIsLost(bool isNewestFirst)
    {
        for (int round = 0; round < Rounds; round++)
        {
            var gate = new ConcurrencyGate(3);
            using var queue = new PermitQueue(new GateSource(gate), 6, isNewestFirst, TimeProvider.System);
            ConcurrentBag<Task> waits = [];
            Race.Run(output, round, Threads, (thread, random) =>
            {
                for (int step = 0; step < StepsPerThread; step++)
                {
                    int permits = random.Next(3);
                    if (random.Next(20) == 0)
                    {
                        gate.Limit = random.Next(1, 5);
                    }
                    else if (random.Next(3) == 0)
                    {
                        if (queue.TryTake(permits, out _) && permits > 0)
                        {
                            gate.Release(permits);
                        }
                    }
                    else
                    {
                        waits.Add(TakeAndRelease(queue, gate, permits, random.Next(3) == 0));
                    }
                }
            });

            Assert.True(Task.WhenAll(waits).Wait(TimeSpan.FromMinutes(1)), "Somebody was forgotten.");
            Assert.Equal((0, 0, 0, 0), (gate.InFlight, gate.Waiters, queue.Count, queue.WaitingPermits));
        }
    }

    [Fact]
    public void TakeAsync_Bucket_EverythingRaces_NobodyIsForgottenAndNothingIsTakenBeyondTheBound()
    {
        const int Burst = 5;
        for (int round = 0; round < Rounds; round++)
        {
            var time = new FakeTimeProvider();
            var bucket = new TokenBucket(100, Burst, time);
            using var queue = new PermitQueue(new BucketSource(bucket), 20, isNewestFirst: false, time);
            ConcurrentBag<Task> waits = [];
            long taken = 0;
            int advanced = 0;
            Race.Run(output, round, Threads, (thread, random) =>
            {
                for (int step = 0; step < StepsPerThread; step++)
                {
                    if (thread == 0 && random.Next(2) == 0)
                    {
                        time.Advance(TimeSpan.FromMilliseconds(10));
                        Interlocked.Increment(ref advanced);
                    }
                    else
                    {
                        int permits = random.Next(1, Burst + 1);
                        waits.Add(Take(permits, random.Next(3) == 0));
                    }
                }
            });

            async Task Take(int permits, bool isCancelled)
            {
                using var cancellation = new CancellationTokenSource();
                ValueTask<RejectionReason> take = queue.TakeAsync(permits, cancellation.Token);
                if (isCancelled)
                {
                    cancellation.Cancel();
                }

                if (await take == RejectionReason.None)
                {
                    Interlocked.Add(ref taken, permits);
                }
            }

            Task all = Task.WhenAll(waits);
            for (int step = 0; step < 200 && queue.Count > 0; step++)
            {
                time.Advance(TimeSpan.FromMilliseconds(10));
                advanced++;
            }

            Assert.True(all.Wait(TimeSpan.FromMinutes(1)), "Somebody was forgotten.");
            Assert.InRange(taken, 1, Burst + advanced);
        }
    }

    [Fact]
    public void Dispose_WhileEverythingRaces_EndsEveryWait()
    {
        for (int round = 0; round < Rounds; round++)
        {
            var gate = new ConcurrencyGate(1);
            var queue = new PermitQueue(new GateSource(gate), 50, isNewestFirst: false, TimeProvider.System);
            ConcurrentBag<Task> waits = [];
            Race.Run(output, round, Threads, (thread, random) =>
            {
                for (int step = 0; step < 20; step++)
                {
                    if (thread == 0 && step == 10)
                    {
                        queue.Dispose();
                    }

                    waits.Add(TakeAndRelease(queue, gate, 1, random.Next(3) == 0));
                }
            });

            Assert.True(Task.WhenAll(waits).Wait(TimeSpan.FromMinutes(1)), "Somebody was forgotten.");
            Assert.Equal((0, 0, 0), (gate.InFlight, gate.Waiters, queue.Count));
        }
    }

    private static async Task TakeAndRelease(PermitQueue queue, ConcurrencyGate gate, int permits, bool isCancelled)
    {
        using var cancellation = new CancellationTokenSource();
        ValueTask<RejectionReason> take = queue.TakeAsync(permits, cancellation.Token);
        if (isCancelled)
        {
            cancellation.Cancel();
        }

        if (await take == RejectionReason.None && permits > 0)
        {
            gate.Release(permits);
        }
    }
}
