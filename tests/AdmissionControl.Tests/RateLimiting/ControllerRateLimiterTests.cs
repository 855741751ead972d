using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using AdmissionControl.Policies;
using AdmissionControl.Tests.RateLimiting.Contract;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.RateLimiting;

public sealed class ControllerRateLimiterTests : RateLimiterContract
{
    private readonly FakeTimeProvider _time = new();

    protected override IEnumerable<KeyValuePair<string, string>> KnownFailures =>
    [
        .. Because(
            "Order and bounds of the queue are the policy's.",
            nameof(NewestFirst_PermitsComeBack_ServesTheNewest),
            nameof(NewestFirst_SomebodyWaits_ANewcomerTakesWhatIsThere),
            nameof(NewestFirst_QueueFull_FailsTheOldestAndNoMore),
            nameof(NewestFirst_MoreThanTheQueueHolds_FailsAndDisplacesNobody),
            nameof(QueueLimit_CountsPermits_NotThoseWhoWait)),
    ];

    protected override Subject Create(Shape shape)
    {
        Assert.True(shape.Order == QueueProcessingOrder.OldestFirst, "The order is the policy's.");
        AdmissionController controller = Policy.Build(_time, p => Queue(p.FixedConcurrency(shape.Permits), shape.QueueLimit));
        return new DrivenConcurrencySubject(controller.AsRateLimiter(), shape, _time);
    }

    private static void Queue(AdmissionPolicyBuilder policy, int maxLength)
    {
        if (maxLength > 0)
        {
            policy.Queue(TimeSpan.FromHours(1), maxLength);
        }
    }

    /// <summary>
    /// Disposal says that the work is done: its time is a sample of latency, unless the limiter was told that it says nothing.
    /// </summary>
    [Theory]
    [InlineData(AdmissionOutcome.Success, 20)]
    [InlineData(AdmissionOutcome.Ignored, 0)]
    public void Lease_Disposed_CountsAsTheOutcomeOfTheLimiter(AdmissionOutcome outcome, int samples)
    {
        var windows = new List<LimitWindow>();
        using AdmissionController controller = Policy.Build(_time, p => p.Concurrency(new Recorder(windows)));
        using RateLimiter limiter = controller.AsRateLimiter(disposalOutcome: outcome);
        for (int i = 0; i < 20; i++)
        {
            RateLimitLease lease = limiter.AttemptAcquire();
            _time.Advance(TimeSpan.FromMilliseconds(250));
            lease.Dispose();
            lease.Dispose();
        }

        Assert.Equal(samples, windows.Sum(w => w.Samples));
        Assert.Equal(20 - samples, windows.Sum(w => w.Ignored));
        Assert.All(windows.Where(w => w.Samples > 0), w => Assert.Equal(TimeSpan.FromMilliseconds(250), w.MeanLatency));
        Assert.All(windows, w => Assert.Equal(0, w.Overloaded));
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public void AttemptAcquire_Priority_IsThatOfTheLimiter()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(4).ShareByPriority());
        using RateLimiter bulk = controller.AsRateLimiter(RequestPriority.Bulk);
        using RateLimiter critical = controller.AsRateLimiter(RequestPriority.Critical);
        Assert.Equal((2, 4), (bulk.GetStatistics()!.CurrentAvailablePermits, critical.GetStatistics()!.CurrentAvailablePermits));
        critical.AttemptAcquire(2);
        RateLimitLease shed = bulk.AttemptAcquire();
        Assert.Equal("Shed for more important requests", Phrase(shed));
        Assert.False(bulk.AttemptAcquire(0).IsAcquired);
        Assert.True(critical.AttemptAcquire(0).IsAcquired);
        Assert.Equal((0, 2), (bulk.GetStatistics()!.CurrentAvailablePermits, critical.GetStatistics()!.CurrentAvailablePermits));
        Assert.Equal(1, controller.GetStatistics().Rejected(RequestPriority.Bulk, RejectionReason.Shed));
    }

    /// <summary>The limit may grow, so only what is above the largest that it can ever be is an error.</summary>
    [Fact]
    public async Task Acquire_AboveTheLimitButNotItsMaximum_WaitsOrIsRefused()
    {
        using AdmissionController controller = Policy.Build(
            _time, p => p.Concurrency(new AimdLimit(new LimitRange(initial: 2, min: 1, max: 10))).Queue(TimeSpan.FromHours(1)));
        using RateLimiter limiter = controller.AsRateLimiter();
        RateLimitLease small = limiter.AttemptAcquire();
        Assert.False(limiter.AttemptAcquire(10).IsAcquired);
        Task<RateLimitLease> large = limiter.AcquireAsync(10).AsTask();
        Assert.Equal(10, limiter.GetStatistics()!.CurrentQueuedCount);
        small.Dispose();
        using RateLimitLease lease = await End(large);
        Assert.Equal((true, 10), (lease.IsAcquired, controller.GetStatistics().InFlight));
        ArgumentOutOfRangeException thrown = Assert.Throws<ArgumentOutOfRangeException>(() => limiter.AttemptAcquire(11));
        Assert.Equal(("permitCount", 11), (thrown.ParamName, thrown.ActualValue));
        Assert.Contains("'test' never admits a cost above 10", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Acquire_AboveTheBurst_Throws()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.Rate("10/s", burst: 5).FixedConcurrency(9));
        using RateLimiter limiter = controller.AsRateLimiter();
        Assert.Throws<ArgumentOutOfRangeException>(() => limiter.AttemptAcquire(6));
        Assert.True(limiter.AttemptAcquire(5).IsAcquired);
        RateLimitLease failed = limiter.AttemptAcquire(2);
        Assert.Equal((TimeSpan.FromSeconds(0.2), "Rate limit reached"), (RetryAfter(failed), Phrase(failed)));
        Assert.Equal(TimeSpan.FromSeconds(0.1), RetryAfter(limiter.AttemptAcquire(0)));
    }

    [Fact]
    public async Task AcquireAsync_TwoPriorities_TheMoreImportantIsServedFirst()
    {
        using AdmissionController controller = Queueing();
        using RateLimiter bulk = controller.AsRateLimiter(RequestPriority.Bulk);
        using RateLimiter critical = controller.AsRateLimiter(RequestPriority.Critical);
        RateLimitLease running = bulk.AttemptAcquire();
        Task<RateLimitLease> early = bulk.AcquireAsync().AsTask();
        Task<RateLimitLease> important = critical.AcquireAsync().AsTask();
        running.Dispose();
        RateLimitLease first = await End(important);
        Assert.Equal(1, controller.GetStatistics().Waiting);
        first.Dispose();
        Assert.True((await End(early)).IsAcquired);
    }

    [Fact]
    public async Task AcquireAsync_LongestWaitOver_FailsWithReasonAndTime()
    {
        using AdmissionController controller = Queueing();
        using RateLimiter limiter = controller.AsRateLimiter();
        limiter.AttemptAcquire();
        Task<RateLimitLease> waiting = limiter.AcquireAsync().AsTask();
        _time.Advance(TimeSpan.FromMinutes(1));
        RateLimitLease failed = await End(waiting);
        TimeSpan? retryAfter = RetryAfter(failed);
        Assert.Equal((false, "Waited too long"), (failed.IsAcquired, Phrase(failed)));
        Assert.InRange(retryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Dispose_ControllerShared_EndsOnlyTheLimitersOwnWaits()
    {
        using AdmissionController controller = Queueing();
        RateLimiter limiter = controller.AsRateLimiter();
        using RateLimiter other = controller.AsRateLimiter();
        RateLimitLease running = limiter.AttemptAcquire();
        using var cancellation = new CancellationTokenSource();
        Task<RateLimitLease> own = limiter.AcquireAsync(1, cancellation.Token).AsTask();
        Task<RateLimitLease> others = other.AcquireAsync().AsTask();
        limiter.Dispose();
        RateLimitLease failed = await End(own);
        Assert.Equal((false, "Shutting down"), (failed.IsAcquired, Phrase(failed)));
        Assert.Equal(1, controller.GetStatistics().Waiting);
        running.Dispose();
        Assert.True((await End(others)).IsAcquired);
    }

    [Fact]
    public async Task Acquire_ControllerDisposed_FailsAndDoesNotThrow()
    {
        AdmissionController controller = Queueing();
        using RateLimiter limiter = controller.AsRateLimiter();
        controller.Dispose();
        Assert.Equal("Shutting down", Phrase(limiter.AttemptAcquire()));
        Assert.Equal("Shutting down", Phrase(limiter.AttemptAcquire(0)));
        Assert.Equal("Shutting down", Phrase(await limiter.AcquireAsync()));
        Assert.Equal("Shutting down", Phrase(await limiter.AcquireAsync(0)));
    }

    /// <summary>Whoever asks for no permits is no request: neither the policy's counts nor a limiter at its end notice.</summary>
    [Fact]
    public async Task Acquire_NoPermits_CountsAndCostsNothingAnywhere()
    {
        using var last = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1 });
        using AdmissionController controller = Policy.Build(
            _time, p => p.Rate("10/s", burst: 5).FixedConcurrency(2).Queue(TimeSpan.FromMinutes(1)).Then(last));
        using RateLimiter limiter = controller.AsRateLimiter();
        Assert.True(limiter.AttemptAcquire(0).IsAcquired);
        Assert.True((await limiter.AcquireAsync(0)).IsAcquired);
        AdmissionStatistics statistics = controller.GetStatistics();
        Assert.Equal((5, 0, 0L, 0L), (statistics.AvailablePermits, statistics.InFlight, statistics.TotalAdmitted, statistics.TotalRejected));
        Assert.Equal(1, last.GetStatistics()!.CurrentAvailablePermits);
        using RateLimitLease taken = last.AttemptAcquire();
        Assert.Equal("Refused by the last stage", Phrase(limiter.AttemptAcquire(0)));
    }

    /// <summary>One permit serves both who only asks and who takes.</summary>
    [Fact]
    public async Task AcquireAsync_NoPermitsBeforeSomebodyElse_DoesNotKeepThePermitFromThem()
    {
        using AdmissionController controller = Queueing();
        using RateLimiter limiter = controller.AsRateLimiter();
        RateLimitLease running = limiter.AttemptAcquire();
        Task<RateLimitLease> asking = limiter.AcquireAsync(0).AsTask();
        Task<RateLimitLease> taking = limiter.AcquireAsync().AsTask();
        running.Dispose();
        Assert.True((await End(asking)).IsAcquired);
        Assert.True((await End(taking)).IsAcquired);
        Assert.Equal((1, 0), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
    }

    [Fact]
    public void IdleDuration_AdmittedElsewhere_IsNullUntilItEnds()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(2).Rate("10/s", burst: 5));
        using RateLimiter limiter = controller.AsRateLimiter();
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(TimeSpan.FromSeconds(9), limiter.IdleDuration);
        AdmissionLease lease = controller.TryAdmit(default);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(limiter.IdleDuration);
        lease.Complete(AdmissionOutcome.Success);
        Assert.NotNull(limiter.IdleDuration);
        controller.HoldBack(TimeSpan.FromSeconds(1));
        Assert.Null(limiter.IdleDuration);
    }

    [Fact]
    public void Acquire_PermitsThere_AllocatesOneObjectEach()
    {
        const int Times = 10_000;
        using AdmissionController controller = Queueing();
        using RateLimiter limiter = controller.AsRateLimiter();
        limiter.AttemptAcquire().Dispose();
        long bytes = Allocated.In(() =>
        {
            for (int i = 0; i < Times; i++)
            {
                limiter.AcquireAsync().Result.Dispose();
                limiter.AttemptAcquire(0).Dispose();
            }
        });

        Assert.InRange(bytes, 1, (48 * Times) + 1_000);
    }

    [Fact]
    public void AsRateLimiter_BadArguments_AreNamed()
    {
        using AdmissionController controller = Queueing();
        ArgumentOutOfRangeException priority = Assert.Throws<ArgumentOutOfRangeException>(() => controller.AsRateLimiter((RequestPriority)9));
        Assert.Equal(("priority", (RequestPriority)9), (priority.ParamName, priority.ActualValue));
        ArgumentOutOfRangeException outcome = Assert.Throws<ArgumentOutOfRangeException>(
            () => controller.AsRateLimiter(disposalOutcome: AdmissionOutcome.Overloaded));
        Assert.Equal(("disposalOutcome", AdmissionOutcome.Overloaded), (outcome.ParamName, outcome.ActualValue));
        Assert.Throws<ArgumentNullException>(() => ((AdmissionController)null!).AsRateLimiter());
    }

    private AdmissionController Queueing() => Policy.Build(_time, p => p.FixedConcurrency(1).Queue(TimeSpan.FromMinutes(1)));

    private static Task<RateLimitLease> End(Task<RateLimitLease> acquisition) => acquisition.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);

    private static string? Phrase(RateLimitLease lease) => lease.TryGetMetadata(MetadataName.ReasonPhrase, out string? phrase) ? phrase : null;

    private static TimeSpan RetryAfter(RateLimitLease lease)
    {
        Assert.True(lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan retryAfter));
        return retryAfter;
    }

    private sealed record Recorder(List<LimitWindow> Windows) : ILimitAlgorithm
    {
        public double Limit => MaxLimit;

        public int MaxLimit => 10;

        public ILimitAlgorithm After(in LimitWindow window)
        {
            Windows.Add(window);
            return this;
        }
    }
}
