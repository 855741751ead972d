using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using AdmissionControl.Tests.Timing;
using AdmissionControl.TokenBuckets;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests;

/// <summary>Defects of the limiters that people use today, each with a test that we do not have it.</summary>
public class PeerDefectsTests
{
    private readonly FakeTimeProvider _time = new();

    /// <summary>
    /// A bucket that stayed full is credited with the whole time of idling at its first refill: System.Threading.RateLimiting 10.0 and 11.0, manual replenishment, which partitioned
    /// limiters force. 100 tokens at 10/s, full for 8 s: up to 129 at once.
    /// </summary>
    [Fact]
    public void IdleFullBurst_AfterALongIdle_OnlyTheBurstAndWhatFlowsIn()
    {
        var bucket = new TokenBucket(10, 100, _time);
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(100, TakeAll(bucket));
        _time.Advance(TimeSpan.FromMilliseconds(150));
        Assert.Equal(1, TakeAll(bucket));
    }

    /// <summary>The same on the system's clock, whose readings are coarse: then a few permits were prepaid before the pause, at most a 64th of the burst.</summary>
    [Theory]
    [InlineData(10, 100, 0)]
    [InlineData(1000, 32, 0)]
    [InlineData(1000, 320, 5)]
    [InlineData(100_000, 100_000, 16)]
    public void IdleFullBurst_OnACoarseClock_OnlyTheBurstAndWhatWasPrepaid(double rate, int burst, int prepaid)
    {
        var clock = new DrivenClock(22_000_000);
        var bucket = new TokenBucket(rate, burst, clock);
        Assert.True(bucket.TryTake());
        clock.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(burst + prepaid, TakeAll(bucket));
    }

    /// <summary>15 tokens at 10/s are said to be there after 1 s: whole periods, rounded down (dotnet/runtime issue 129036).</summary>
    [Fact]
    public void RetryAfterRoundedDown_WaitingAsLongAsTold_IsEnoughAndNotTooMuch()
    {
        var bucket = new TokenBucket(10, 100, _time);
        TakeAll(bucket);
        Assert.False(bucket.TryTake(15, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(1.5), retryAfter);
        _time.Advance(retryAfter - TimeSpan.FromTicks(1));
        Assert.False(bucket.TryTake(15, out _));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(bucket.TryTake(15, out _));
    }

    /// <summary>
    /// Chained limiters dispose the first lease when a later one refuses, and disposing a token's lease gives nothing back; the ASP.NET Core middleware even asks twice: each
    /// request that an endpoint's limiter refuses costs two of the global tokens.
    /// </summary>
    [Fact]
    public void TokensBurntByALaterRefusal_InOnePolicyAndInAStack_NothingIsBurnt()
    {
        using AdmissionController global = Policy.Build(_time, p => p.Rate("1/s", burst: 100), "global");
        using AdmissionController endpoint = Policy.Build(_time, p => p.Rate("1/s", burst: 5).FixedConcurrency(1), "endpoint");
        var stack = new StackedAdmission(global, endpoint);
        Assert.True(stack.TryAdmit(default).IsAdmitted);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(RejectionReason.ConcurrencyLimit, stack.TryAdmit(default).Reason);
        }

        Assert.Equal((99, 4), (global.GetStatistics().AvailablePermits, endpoint.GetStatistics().AvailablePermits));
    }

    /// <summary>The platform's partitioned limiter keeps about 292 bytes for each key of the last ten seconds, without a cap: keys from outside grow it at will.</summary>
    [Fact]
    public void UnboundedPartitions_AFloodOfKeys_AllocatesNothing()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.RatePerPartition("1/s", burst: 1, memory: "64KB"));
        controller.TryAdmit(new AdmissionRequest { Partition = PartitionKey.From(-1) }).Dispose();
        long bytes = Allocated.In(() =>
        {
            for (long i = 0; i < 300_000; i++)
            {
                controller.TryAdmit(new AdmissionRequest { Partition = PartitionKey.From(i) }).Dispose();
            }
        });

        Assert.InRange(bytes, 0, 1_000);
    }

    /// <summary>A partition's limiter may be disposed by the heartbeat between lookup and use, and then throws (dotnet/runtime issue 99865).</summary>
    [Fact]
    public void DisposalWhileInUse_LeasesOutAndWaitersInside_EndsQuietly()
    {
        AdmissionController controller = Policy.Build(_time, p => p.Rate("10/s", burst: 5).FixedConcurrency(1).Queue(TimeSpan.FromMinutes(1)));
        AdmissionLease running = controller.TryAdmit(default);
        Asked waiting = new(controller.AdmitAsync(default));
        controller.Dispose();
        Assert.Equal(RejectionReason.ShuttingDown, waiting.Result.Reason);
        Assert.Equal(RejectionReason.ShuttingDown, controller.TryAdmit(default).Reason);
        running.Complete(AdmissionOutcome.Success);
        controller.Dispose();
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    /// <summary>
    /// A statistic of the platform's bucket is a double, and its idle time a 16-byte value, both read without the lock that guards their writing. Every figure of ours is one word: under changes of every kind it is one
    /// that was true.
    /// </summary>
    [Fact]
    public void TornReads_WhileEverythingChanges_EveryFigureWasTrueOnce()
    {
        var bucket = new TokenBucket(1e6, 10, TimeProvider.System);
        var gate = new ConcurrencyGate(7);
        Parallel.Invoke(
            () => Repeat(() => bucket.UpdateLimits(1e6, 1000)),
            () => Repeat(() => bucket.UpdateLimits(1e3, 10)),
            () => Repeat(() => bucket.TryTake()),
            () => Repeat(() =>
            {
                if (gate.TryAcquire(3))
                {
                    gate.Release(3);
                }
            }),
            () => Repeat(() =>
            {
                Assert.InRange(bucket.AvailablePermits, 0, 1000);
                Assert.Contains(bucket.Burst, (int[])[10, 1000]);
                Assert.Contains(gate.InFlight, (int[])[0, 3, 6]);
            }));

        static void Repeat(Action action)
        {
            for (int i = 0; i < 5_000; i++)
            {
                action();
            }
        }
    }

    /// <summary>Waiters whose callers have gone stay in the platform's queue, with all that they hold, until the one before them is served.</summary>
    [Fact]
    public void CancelledWaiters_BehindOneThatWaits_HoldNoMemory()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(1).Queue(TimeSpan.FromMinutes(1)));
        controller.TryAdmit(default);
        _ = controller.AdmitAsync(default);
        WeakReference[] states = [.. Enumerable.Range(0, 100).Select(_ => CancelOne(controller))];
        GC.Collect();
        Assert.Equal(1, controller.GetStatistics().Waiting);
        Assert.DoesNotContain(states, s => s.IsAlive);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference CancelOne(AdmissionController controller)
        {
            var source = new CancellationTokenSource();
            ValueTask<AdmissionLease> waiting = controller.AdmitAsync(default, source.Token);
            source.Cancel();
            Assert.Equal(RejectionReason.Cancelled, waiting.Result.Reason);
            return new WeakReference(source);
        }
    }

    /// <summary>The platform's timer adds the tokens of one period at each tick, however late the tick is.</summary>
    [Fact]
    public void LateTimer_AnyDelay_LosesNoTokens()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.Rate("10/s", burst: 20).Queue(TimeSpan.FromMinutes(1)));
        for (int i = 0; i < 20; i++)
        {
            Assert.True(controller.TryAdmit(default).IsAdmitted);
        }

        Asked[] waiting = [.. Enumerable.Range(0, 20).Select(_ => new Asked(controller.AdmitAsync(default)))];
        Assert.DoesNotContain(waiting, w => w.IsCompleted);

        // One step of time, as a process sees it that was suspended: one call of one timer, and everything that is due is granted in it.
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(15, waiting.Count(w => w.IsCompleted));
    }

    /// <summary>The limit of the platform's concurrency limiter, and rate and burst of its bucket, are fixed when it is built.</summary>
    [Fact]
    public void LimitThatCannotChange_OursChangesInPlaceAndAtOnce()
    {
        var gate = new ConcurrencyGate(1);
        Assert.True(gate.TryAcquire());
        gate.Limit = 2;
        Assert.True(gate.TryAcquire());
        gate.Limit = 1;
        gate.Release();
        Assert.False(gate.TryAcquire());
        gate.Release();
        Assert.True(gate.TryAcquire());

        var bucket = new TokenBucket(1, 10, _time);
        TakeAll(bucket);
        bucket.UpdateLimits(100, 10);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(5, TakeAll(bucket));
    }

    /// <summary>The peers as they are today, so that this page does not speak of defects that have been mended.</summary>
    [Fact]
    public void Peers_RetryAfterOfTheirBucket_StillRoundsDown()
    {
        using var platform = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = 100,
            TokensPerPeriod = 10,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            AutoReplenishment = false,
        });
        platform.AttemptAcquire(100);
        using RateLimitLease refused = platform.AttemptAcquire(15);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(1), retryAfter);
    }

    private static int TakeAll(TokenBucket bucket)
    {
        int taken = 0;
        while (bucket.TryTake())
        {
            taken++;
        }

        return taken;
    }
}
