using System.Threading.RateLimiting;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.RateLimiting;

public class LastStageTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryAdmit_LimiterGives_ItsLeaseEndsWithOursOnce()
    {
        using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 5 });
        using AdmissionController controller = Policy.Build(_time, p => p.Then(limiter));
        AdmissionLease lease = controller.TryAdmit(Policy.Request(cost: 3));
        Assert.Equal((true, 2L), (lease.IsAdmitted, limiter.GetStatistics()!.CurrentAvailablePermits));
        lease.Complete(AdmissionOutcome.Success);
        lease.Dispose();
        Assert.Equal(5, limiter.GetStatistics()!.CurrentAvailablePermits);

        // The slot is used again, without a limiter: nothing of the old lease is left in it.
        using AdmissionController other = Policy.Build(_time, p => p.FixedConcurrency(1));
        other.TryAdmit(default).Dispose();
        Assert.Equal(5, limiter.GetStatistics()!.CurrentAvailablePermits);
    }

    /// <summary>What the stages before it took is given back, and the limiter's own word about when to come back is passed on.</summary>
    [Fact]
    public void TryAdmit_LimiterRefuses_CostsNothingElsewhere()
    {
        using var limiter = Exhausted();
        using AdmissionController controller = Policy.Build(_time, p => p.Rate("10/s", burst: 5).FixedConcurrency(3).RatePerPartition("1/s", burst: 1).Then(limiter));
        AdmissionRequest request = new() { Partition = PartitionKey.From("client") };
        AdmissionLease lease = controller.TryAdmit(request);
        Assert.Equal((false, RejectionReason.LastStage), (lease.IsAdmitted, lease.Reason));
        Assert.True(lease.RetryAfter > TimeSpan.Zero);
        AdmissionStatistics statistics = controller.GetStatistics();
        Assert.Equal((5, 0, 1L), (statistics.AvailablePermits, statistics.InFlight, statistics.Rejected(RequestPriority.Normal, RejectionReason.LastStage)));
        limiter.TryReplenish();
        Assert.True(controller.TryAdmit(request).IsAdmitted);
    }

    /// <summary>Nothing after the limiter can refuse, so none of its permits is ever lost: whatever refuses, the limiter was not asked.</summary>
    [Fact]
    public void TryAdmit_AnyOtherStageRefuses_TheLimiterIsNotAsked()
    {
        using var counting = new CountingLimiter();
        using AdmissionController controller = Policy.Build(
            _time, p => p.Rate("1/s", burst: 3).FixedConcurrency(2).RatePerPartition("1/s", burst: 1).ShareByPriority().Then(counting));
        AdmissionRequest client = new() { Partition = PartitionKey.From("client") };
        Assert.True(controller.TryAdmit(client).IsAdmitted);
        Assert.Equal(RejectionReason.PartitionRate, controller.TryAdmit(client).Reason);
        Assert.Equal(RejectionReason.Shed, controller.TryAdmit(Policy.Request(RequestPriority.Bulk)).Reason);
        Assert.True(controller.TryAdmit(Policy.Request(RequestPriority.Critical)).IsAdmitted);
        Assert.Equal(RejectionReason.ConcurrencyLimit, controller.TryAdmit(Policy.Request(RequestPriority.Critical)).Reason);
        Assert.Equal(2, counting.Asked);
    }

    [Fact]
    public void TryAdmit_RaceForTheLastPermit_TheLimiterIsAskedOnlyByWhoHasIt()
    {
        using var counting = new CountingLimiter();
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(1).Then(counting));
        Parallel.For(0, 2_000, _ => controller.TryAdmit(default).Dispose());
        Assert.Equal(controller.GetStatistics().TotalAdmitted, counting.Asked);
    }

    [Fact]
    public void TryAdmit_CostAboveWhatTheLimiterCanEverGive_IsRefusedAndNotThrown()
    {
        using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 5 });
        using AdmissionController controller = Policy.Build(_time, p => p.Then(limiter));
        AdmissionLease lease = controller.TryAdmit(Policy.Request(cost: 6));
        Assert.Equal((RejectionReason.LastStage, TimeSpan.MaxValue), (lease.Reason, lease.RetryAfter));
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void TryAdmit_LimiterDisposed_IsRefusedAndNotThrown()
    {
        var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 5 });
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(9).Then(limiter));
        AdmissionLease before = controller.TryAdmit(default);
        limiter.Dispose();
        Assert.Equal(RejectionReason.LastStage, controller.TryAdmit(default).Reason);
        before.Dispose();
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void Then_PartitionedLimiter_SeesTheRequest()
    {
        using PartitionedRateLimiter<AdmissionRequest> limiter = PartitionedRateLimiter.Create<AdmissionRequest, RequestPriority>(
            r => RateLimitPartition.GetConcurrencyLimiter(r.Priority, _ => new ConcurrencyLimiterOptions { PermitLimit = 1 }));
        using AdmissionController controller = Policy.Build(_time, p => p.Then(limiter));
        using AdmissionLease high = controller.TryAdmit(Policy.Request(RequestPriority.High));
        using AdmissionLease low = controller.TryAdmit(Policy.Request(RequestPriority.Low));
        Assert.True(high.IsAdmitted && low.IsAdmitted);
        Assert.Equal(RejectionReason.LastStage, controller.TryAdmit(Policy.Request(RequestPriority.Low)).Reason);
    }

    /// <summary>Nothing waits for the limiter: it would not tell when it has permits again. A waiter whose turn comes while it refuses is refused then.</summary>
    [Fact]
    public void AdmitAsync_LimiterRefuses_NobodyWaitsForIt()
    {
        using var limiter = Exhausted();
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(1).Queue(TimeSpan.FromSeconds(9)).Then(limiter));
        Assert.Equal(RejectionReason.LastStage, new Asked(controller.AdmitAsync(default)).Result.Reason);
        limiter.TryReplenish();
        AdmissionLease running = controller.TryAdmit(default);
        Assert.True(running.IsAdmitted);
        Asked waiting = new(controller.AdmitAsync(default));
        Assert.False(waiting.IsCompleted);
        running.Dispose();
        Assert.Equal(RejectionReason.LastStage, waiting.Result.Reason);
        Assert.Equal((0, 0), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
    }

    [Fact]
    public void AdmitAsync_WaiterGranted_HoldsTheLimitersLease()
    {
        using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 5 });
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(1).Queue(TimeSpan.FromSeconds(9)).Then(limiter));
        AdmissionLease running = controller.TryAdmit(default);
        Asked waiting = new(controller.AdmitAsync(default));
        running.Dispose();
        AdmissionLease granted = waiting.Result;
        Assert.Equal((true, 4L), (granted.IsAdmitted, limiter.GetStatistics()!.CurrentAvailablePermits));
        granted.Dispose();
        Assert.Equal(5, limiter.GetStatistics()!.CurrentAvailablePermits);
    }

    /// <summary>A limiter may count whom it refuses: one request is one question, also through the platform's interface, whether or not there is a queue.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task AsRateLimiter_LimiterRefuses_IsAskedOnce(int permits)
    {
        using var refusing = new CountingLimiter { Refuses = true };
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(1).Queue(TimeSpan.FromSeconds(9)).Then(refusing));
        using RateLimiter adapter = controller.AsRateLimiter();
        ValueTask<RateLimitLease> acquiring = adapter.AcquireAsync(permits, TestContext.Current.CancellationToken);
        Assert.True(acquiring.IsCompleted);
        Assert.False((await acquiring).IsAcquired);
        Assert.Equal((1, 0), (refusing.Asked, controller.GetStatistics().Waiting));
        Assert.Equal(permits, controller.GetStatistics().Rejected(RequestPriority.Normal, RejectionReason.LastStage));
    }

    [Fact]
    public void TryAdmit_Probe_PassesTheLimiterToo()
    {
        using var limiter = Exhausted();
        using AdmissionController controller = Policy.Build(_time, p => p.Then(limiter));
        Assert.True(controller.TryAdmit(AdmissionRequest.Exempt).IsAdmitted);
    }

    [Fact]
    public void StackedAdmission_PolicyWithALimiter_IsAskedLast()
    {
        using var counting = new CountingLimiter();
        using AdmissionController ending = Policy.Build(_time, p => p.Then(counting), "ending");
        using AdmissionController full = Policy.Build(_time, p => p.FixedConcurrency(1), "full");
        var stack = new StackedAdmission(ending, full);
        Assert.Equal(["full", "ending"], stack.Controllers.Select(c => c.Name));
        full.TryAdmit(default);
        Assert.Equal(RejectionReason.ConcurrencyLimit, stack.TryAdmit(default).Reason);
        Assert.Equal(0, counting.Asked);
    }

    [Fact]
    public void StackedAdmission_TwoPoliciesWithALimiter_IsRefusedAtConstruction()
    {
        using var counting = new CountingLimiter();
        using AdmissionController first = Policy.Build(_time, p => p.Then(counting), "first");
        using AdmissionController second = Policy.Build(_time, p => p.Then(counting), "second");
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new StackedAdmission(first, second));
        Assert.Contains("'second'", exception.Message, StringComparison.Ordinal);
    }

    private static TokenBucketRateLimiter Exhausted()
    {
        var limiter = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = 1,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromTicks(1),
            AutoReplenishment = false,
        });
        limiter.AttemptAcquire();
        return limiter;
    }

    private sealed class CountingLimiter : RateLimiter
    {
        private int _asked;

        public int Asked => _asked;

        public bool Refuses { get; init; }

        public override TimeSpan? IdleDuration => null;

        public override RateLimiterStatistics? GetStatistics() => null;

        protected override RateLimitLease AttemptAcquireCore(int permitCount)
        {
            Interlocked.Increment(ref _asked);
            return new Lease(!Refuses);
        }

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
            throw new NotSupportedException("The policy only tries.");

        private sealed class Lease(bool isAcquired) : RateLimitLease
        {
            public override bool IsAcquired => isAcquired;

            public override IEnumerable<string> MetadataNames => [];

            public override bool TryGetMetadata(string metadataName, out object? metadata)
            {
                metadata = null;
                return false;
            }
        }
    }
}
