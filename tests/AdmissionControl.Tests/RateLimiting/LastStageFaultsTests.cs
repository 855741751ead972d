using System.Threading.RateLimiting;
using AdmissionControl.Policies;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.RateLimiting;

/// <summary>A limiter at the end of a policy that throws has refused: nothing is kept, and nobody but the log hears of it.</summary>
public class LastStageFaultsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger<AdmissionController> _logger = new();

    [Theory]
    [InlineData(Fault.Ask)]
    [InlineData(Fault.NoLease)]
    [InlineData(Fault.IsAcquired)]
    [InlineData(Fault.Metadata)]
    [InlineData(Fault.DisposeOfARefusal)]
    public void TryAdmit_LimiterThrows_IsRefusedAndCostsNothing(Fault fault)
    {
        using var limiter = new FaultyLimiter { Fault = fault };
        using AdmissionController controller = Build(p => p.Rate("10/s", burst: 5).RatePerPartition("10/s", burst: 1).FixedConcurrency(3).Then(limiter));
        AdmissionRequest request = new() { Partition = PartitionKey.From("client") };

        Assert.Equal(RejectionReason.LastStage, controller.TryAdmit(request).Reason);
        Assert.Equal((5, 0), (controller.GetStatistics().AvailablePermits, controller.GetStatistics().InFlight));

        limiter.Fault = Fault.None;
        Assert.True(controller.TryAdmit(request).IsAdmitted);
    }

    [Fact]
    public void TryAdmit_PartitionerThrows_IsRefusedAndLoggedOnce()
    {
        using PartitionedRateLimiter<AdmissionRequest> limiter = PartitionedRateLimiter.Create<AdmissionRequest, int>(
            _ => throw new ArgumentOutOfRangeException("key", "A faulty partitioner."));
        using AdmissionController controller = Build(p => p.FixedConcurrency(1).Then(limiter));
        for (int i = 0; i < 3; i++)
        {
            AdmissionLease lease = controller.TryAdmit(default);
            Assert.Equal(RejectionReason.LastStage, lease.Reason);
            Assert.NotEqual(TimeSpan.MaxValue, lease.RetryAfter);
        }

        Assert.Equal(0, controller.GetStatistics().InFlight);
        FakeLogRecord record = Assert.Single(_logger.Collector.GetSnapshot());
        Assert.Equal((LogLevel.Error, "LastStageThrew"), (record.Level, record.Id.Name));
        Assert.IsType<ArgumentOutOfRangeException>(record.Exception);
        Assert.Contains("'shop'", record.Message, StringComparison.Ordinal);
    }

    /// <summary>On a timer's thread nobody would catch it.</summary>
    [Fact]
    public void AdmitAsync_LimiterThrowsOnTheQueuesTimer_RefusesTheWaiter()
    {
        using var limiter = new FaultyLimiter();
        using AdmissionController controller = Build(p => p.Rate("1/s").FixedConcurrency(3).Queue(TimeSpan.FromSeconds(9)).Then(limiter));
        controller.TryAdmit(default).Dispose();
        Asked first = new(controller.AdmitAsync(default));
        Asked second = new(controller.AdmitAsync(default));
        limiter.Fault = Fault.Ask;

        _time.Advance(TimeSpan.FromSeconds(1.001));

        Assert.Equal((RejectionReason.LastStage, RejectionReason.LastStage), (first.Result.Reason, second.Result.Reason));
        AdmissionStatistics statistics = controller.GetStatistics();
        Assert.Equal((0, 0, 1), (statistics.InFlight, statistics.Waiting, statistics.AvailablePermits));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Complete_DisposeOfTheLimitersLeaseThrows_ReleasesThePermit(bool isWithdrawn)
    {
        using var limiter = new FaultyLimiter { Fault = Fault.Dispose };
        using AdmissionController controller = Build(p => p.FixedConcurrency(1).Then(limiter));
        for (int i = 0; i < 3; i++)
        {
            AdmissionLease lease = controller.TryAdmit(default);
            Assert.True(lease.IsAdmitted);
            Action end = isWithdrawn ? lease.Withdraw : lease.Dispose;
            end();
            Assert.Equal(0, controller.GetStatistics().InFlight);
        }

        Assert.Equal("LastStageThrew", Assert.Single(_logger.Collector.GetSnapshot()).Id.Name);
    }

    /// <summary>Who asks and takes nothing must not keep a lease either.</summary>
    [Fact]
    public void AttemptAcquire_NoPermits_DisposesTheLeaseOfTheAnswer()
    {
        using var limiter = new FaultyLimiter();
        using AdmissionController controller = Build(p => p.FixedConcurrency(1).Then(limiter));
        using RateLimiter adapter = controller.AsRateLimiter();
        Assert.True(adapter.AttemptAcquire(0).IsAcquired);
        Assert.Equal((1, 1), (limiter.Given, limiter.Disposed));
    }

    private AdmissionController Build(Action<AdmissionPolicyBuilder> configure) => new("shop", Policy.Options(configure), _time, _logger);

    public enum Fault
    {
        None,
        Ask,
        NoLease,
        IsAcquired,
        Metadata,
        Dispose,
        DisposeOfARefusal,
    }

    private sealed class FaultyLimiter : RateLimiter
    {
        public Fault Fault { get; set; }

        public int Given { get; private set; }

        public int Disposed { get; private set; }

        public override TimeSpan? IdleDuration => null;

        public override RateLimiterStatistics? GetStatistics() => null;

        public bool Throws(Fault fault) => Fault == fault ? throw new InvalidOperationException("A faulty limiter.") : false;

        protected override RateLimitLease AttemptAcquireCore(int permitCount)
        {
            Throws(Fault.Ask);
            Given++;
            return Fault == Fault.NoLease ? null! : new Lease(this);
        }

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
            throw new NotSupportedException("The policy only tries.");

        private sealed class Lease(FaultyLimiter limiter) : RateLimitLease
        {
            public override bool IsAcquired => !limiter.Throws(Fault.IsAcquired) && limiter.Fault is Fault.None or Fault.Dispose;

            public override IEnumerable<string> MetadataNames => [];

            public override bool TryGetMetadata(string metadataName, out object? metadata)
            {
                metadata = null;
                return limiter.Throws(Fault.Metadata);
            }

            protected override void Dispose(bool disposing)
            {
                limiter.Disposed++;
                limiter.Throws(Fault.Dispose);
                limiter.Throws(Fault.DisposeOfARefusal);
                base.Dispose(disposing);
            }
        }
    }
}
