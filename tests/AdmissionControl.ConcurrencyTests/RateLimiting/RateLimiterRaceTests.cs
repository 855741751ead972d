using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using AdmissionControl.Policies;
using AdmissionControl.TokenBuckets;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.ConcurrencyTests.RateLimiting;

/// <summary>
/// Acquisitions, cancellations, releases, second releases and a disposal at once; every wait ends, every answer is counted, every permit
/// comes back once.
/// </summary>
public sealed class RateLimiterRaceTests(ITestOutputHelper output)
{
    private const int Threads = 4;
    private const int Rounds = 150;
    private const int StepsPerThread = 60;
    private const int Limit = 3;

    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentBag<RateLimitLease> _old = [];
    private int _held;
    private int _acquired;
    private int _failed;
    private int _cancelled;
    private int _disposed;

    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst, false)]
    [InlineData(QueueProcessingOrder.NewestFirst, false)]
    [InlineData(QueueProcessingOrder.OldestFirst, true)]
    public void Gate_EverythingRaces_NobodyIsForgottenAndNoPermitIsLostOrDoubled(QueueProcessingOrder order, bool isDisposed)
    {
        for (int round = 0; round < Rounds; round++)
        {
            var gate = new ConcurrencyGate(Limit);
            using RateLimiter limiter = gate.AsRateLimiter(queueLimit: 6, order, _time);
            RaceOver(limiter, round, isDisposed);
            Assert.Equal((0, 0), (gate.InFlight, gate.Waiters));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Controller_EverythingRaces_NobodyIsForgottenAndNoPermitIsLostOrDoubled(bool isDisposed)
    {
        for (int round = 0; round < Rounds; round++)
        {
            var options = new AdmissionPolicyOptions();
            new AdmissionPolicyBuilder(options).FixedConcurrency(Limit).Queue(TimeSpan.FromHours(1), maxLength: 6);
            using var controller = new AdmissionController("race", options, _time);
            using RateLimiter limiter = controller.AsRateLimiter();
            RaceOver(limiter, round, isDisposed);
            AdmissionStatistics statistics = controller.GetStatistics();
            Assert.Equal((0, 0), (statistics.InFlight, statistics.Waiting));
            Assert.True(controller.IsAtRest);
        }
    }

    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst, false)]
    [InlineData(QueueProcessingOrder.NewestFirst, false)]
    [InlineData(QueueProcessingOrder.OldestFirst, true)]
    public void Bucket_EverythingRaces_NobodyIsForgottenAndNothingIsTakenBeyondTheBound(QueueProcessingOrder order, bool isDisposed)
    {
        const int Burst = 5;
        const int QueueLimit = 20;
        for (int round = 0; round < Rounds; round++)
        {
            var bucket = new TokenBucket(100, Burst, _time);
            using RateLimiter limiter = bucket.AsRateLimiter(QueueLimit, order);
            ConcurrentBag<Task> waits = [];
            long taken = 0;
            int steps = 0;
            Race.Run(output, round, Threads, (thread, random) =>
            {
                for (int step = 0; step < StepsPerThread; step++)
                {
                    if (isDisposed && thread == 0 && step == StepsPerThread / 2)
                    {
                        limiter.Dispose();
                    }
                    else if (thread == 0 && random.Next(2) == 0)
                    {
                        _time.Advance(TimeSpan.FromMilliseconds(10));
                        steps++;
                    }
                    else
                    {
                        waits.Add(TakeAsync(random.Next(Burst + 1), random.Next(3) == 0));
                    }
                }
            });

            async Task TakeAsync(int permits, bool isCancelled)
            {
                if ((await AnswerAsync(limiter, permits, isCancelled)) is { IsAcquired: true })
                {
                    Interlocked.Add(ref taken, permits);
                }
            }

            // Until nobody waits and the bucket is full again, in steps that leave nothing to flow over.
            for (int step = 0; step < 10_000 && limiter.IdleDuration is null; step++)
            {
                _time.Advance(TimeSpan.FromMilliseconds(10));
                steps++;
            }

            Assert.NotNull(limiter.IdleDuration);
            Assert.True(Task.WhenAll(waits).Wait(TimeSpan.FromMinutes(1)), "Somebody was forgotten.");
            Assert.InRange(taken, 1, Burst + steps);
        }
    }

    /// <summary>A lease that many threads dispose at once, while others take what it gives back.</summary>
    [Fact]
    public void Lease_DisposedByEverybodyAtOnce_ReleasesOnce()
    {
        for (int round = 0; round < Rounds; round++)
        {
            var gate = new ConcurrencyGate(1);
            using RateLimiter limiter = gate.AsRateLimiter();
            RateLimitLease shared = limiter.AttemptAcquire();
            int inside = 0;
            Race.Run(output, round, Threads, (_, _) =>
            {
                for (int step = 0; step < StepsPerThread; step++)
                {
                    shared.Dispose();
                    using RateLimitLease lease = limiter.AttemptAcquire();
                    if (lease.IsAcquired)
                    {
                        Assert.Equal(1, Interlocked.Increment(ref inside));
                        Interlocked.Decrement(ref inside);
                    }
                }
            });
            Assert.Equal(0, gate.InFlight);
        }
    }

    private void RaceOver(RateLimiter limiter, int round, bool isDisposed)
    {
        (_acquired, _failed, _cancelled, _disposed) = (0, 0, 0, 0);
        ConcurrentBag<Task> uses = [];
        Race.Run(output, round, Threads, (thread, random) =>
        {
            for (int step = 0; step < StepsPerThread; step++)
            {
                if (isDisposed && thread == 0 && step == StepsPerThread / 2)
                {
                    limiter.Dispose();
                }

                int permits = random.Next(3);
                uses.Add(random.Next(3) == 0 ? UseNow(limiter, permits) : UseAsync(limiter, permits, isCancelled: random.Next(3) == 0));
                if (_old.TryTake(out RateLimitLease? old))
                {
                    old.Dispose();
                }
            }
        });

        Assert.True(Task.WhenAll(uses).Wait(TimeSpan.FromMinutes(1)), "Somebody was forgotten.");
        Assert.Equal(Threads * StepsPerThread, _acquired + _failed + _cancelled + _disposed);
        if (!isDisposed)
        {
            RateLimiterStatistics statistics = limiter.GetStatistics()!;
            Assert.Equal((_acquired, _failed), (statistics.TotalSuccessfulLeases, statistics.TotalFailedLeases));
            Assert.Equal((Limit, 0), (statistics.CurrentAvailablePermits, statistics.CurrentQueuedCount));
            Assert.NotNull(limiter.IdleDuration);
        }
    }

    private Task UseNow(RateLimiter limiter, int permits)
    {
        try
        {
            Hold(limiter.AttemptAcquire(permits), permits);
        }
        catch (ObjectDisposedException)
        {
            Interlocked.Increment(ref _disposed);
        }

        return Task.CompletedTask;
    }

    private async Task UseAsync(RateLimiter limiter, int permits, bool isCancelled)
    {
        if (await AnswerAsync(limiter, permits, isCancelled) is { } lease)
        {
            Hold(lease, permits);
        }
    }

    private async Task<RateLimitLease?> AnswerAsync(RateLimiter limiter, int permits, bool isCancelled)
    {
        using var cancellation = new CancellationTokenSource();
        try
        {
            ValueTask<RateLimitLease> acquisition = limiter.AcquireAsync(permits, cancellation.Token);
            if (isCancelled)
            {
                cancellation.Cancel();
            }

            return await acquisition;
        }
        catch (TaskCanceledException e) when (isCancelled && e.CancellationToken == cancellation.Token)
        {
            Interlocked.Increment(ref _cancelled);
        }
        catch (ObjectDisposedException)
        {
            Interlocked.Increment(ref _disposed);
        }

        return null;
    }

    private void Hold(RateLimitLease lease, int permits)
    {
        if (!lease.IsAcquired)
        {
            Interlocked.Increment(ref _failed);
            return;
        }

        Interlocked.Increment(ref _acquired);
        Assert.InRange(Interlocked.Add(ref _held, permits), 0, Limit);

        Interlocked.Add(ref _held, -permits);
        lease.Dispose();
        _old.Add(lease);
    }
}
