using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using AdmissionControl.Tests.RateLimiting.Contract;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.RateLimiting;

public sealed class GateRateLimiterTests : RateLimiterContract
{
    private readonly FakeTimeProvider _time = new();

    protected override IEnumerable<KeyValuePair<string, string>> KnownFailures =>
    [
        .. Because("No completion can be foretold.", nameof(RetryAfter_OfAFailedLease_IsThereAndNeverTooShort)),
    ];

    protected override Subject Create(Shape shape) => new DrivenConcurrencySubject(
        new ConcurrencyGate(shape.Permits).AsRateLimiter(shape.QueueLimit, shape.Order, _time), shape, _time)
    {
        MoreThanEver = AdmissionRequest.MaxCost + 1,
    };

    [Fact]
    public async Task Acquire_MoreThanTheLimit_PassesWhenNothingElseIsInFlight()
    {
        var gate = new ConcurrencyGate(2);
        using RateLimiter limiter = gate.AsRateLimiter(queueLimit: 5);
        RateLimitLease small = limiter.AttemptAcquire();
        Assert.False(limiter.AttemptAcquire(5).IsAcquired);
        Task<RateLimitLease> large = limiter.AcquireAsync(5).AsTask();
        Assert.Equal(5, limiter.GetStatistics()!.CurrentQueuedCount);
        small.Dispose();
        using RateLimitLease lease = await large.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.Equal((true, 5, 0L), (lease.IsAcquired, gate.InFlight, limiter.GetStatistics()!.CurrentAvailablePermits));
    }

    [Fact]
    public async Task AcquireAsync_LimitRaised_GrantsAtOnce()
    {
        var gate = new ConcurrencyGate(1);
        using RateLimiter limiter = gate.AsRateLimiter(queueLimit: 5);
        limiter.AttemptAcquire();
        Task<RateLimitLease> waiting = limiter.AcquireAsync().AsTask();
        gate.Limit = 2;
        Assert.True((await waiting.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System)).IsAcquired);
        Assert.Equal(2, gate.InFlight);
    }

    [Fact]
    public void AttemptAcquire_SomebodyWaitsInAnotherQueueOfTheGate_DoesNotOvertake()
    {
        var gate = new ConcurrencyGate(2);
        using RateLimiter limiter = gate.AsRateLimiter();
        using RateLimiter other = gate.AsRateLimiter(queueLimit: 5);
        limiter.AttemptAcquire();
        _ = other.AcquireAsync(2).AsTask();
        Assert.False(limiter.AttemptAcquire().IsAcquired);
        Assert.False(limiter.AttemptAcquire(0).IsAcquired);
    }

    /// <summary>The gate outlives its limiter, so its permits come back, and only once.</summary>
    [Fact]
    public void Lease_DisposedAfterTheLimiter_GivesItsPermitsBackToTheGate()
    {
        var gate = new ConcurrencyGate(3);
        RateLimiter limiter = gate.AsRateLimiter();
        RateLimitLease lease = limiter.AttemptAcquire(2);
        limiter.Dispose();
        lease.Dispose();
        lease.Dispose();
        Assert.Equal(0, gate.InFlight);
    }

    [Fact]
    public void AttemptAcquire_NoneFree_SaysWhyAndNoTime()
    {
        using RateLimiter limiter = new ConcurrencyGate(1).AsRateLimiter();
        limiter.AttemptAcquire();
        RateLimitLease failed = limiter.AttemptAcquire();
        Assert.True(failed.TryGetMetadata(MetadataName.ReasonPhrase, out string? phrase));
        Assert.Equal("Concurrency limit reached", phrase);
        Assert.Equal([MetadataName.ReasonPhrase.Name], failed.MetadataNames);
        Assert.False(failed.TryGetMetadata(MetadataName.RetryAfter, out _));
    }

    [Fact]
    public void IdleDuration_PermitsTakenElsewhere_IsNull()
    {
        var gate = new ConcurrencyGate(3);
        using RateLimiter limiter = gate.AsRateLimiter(timeProvider: _time);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(TimeSpan.FromSeconds(9), limiter.IdleDuration);
        Assert.True(gate.TryAcquire());
        Assert.Null(limiter.IdleDuration);
        gate.Release();
        limiter.AttemptAcquire().Dispose();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), limiter.IdleDuration);
    }

    [Fact]
    public void Acquire_PermitsThere_AllocatesOneObjectEach()
    {
        const int Times = 10_000;
        using RateLimiter limiter = new ConcurrencyGate(1).AsRateLimiter(queueLimit: 1);
        limiter.AttemptAcquire().Dispose();
        long bytes = Allocated.In(() =>
        {
            for (int i = 0; i < Times; i++)
            {
                limiter.AttemptAcquire().Dispose();
                limiter.AttemptAcquire(0).Dispose();
            }
        });

        Assert.InRange(bytes, 1, (32 * Times) + 1_000);
    }

    [Fact]
    public void AsRateLimiter_BadArguments_AreNamed()
    {
        var gate = new ConcurrencyGate(3);
        Assert.Equal("queueLimit", Assert.Throws<ArgumentOutOfRangeException>(() => gate.AsRateLimiter(-1)).ParamName);
        Assert.Equal("queueProcessingOrder", Assert.Throws<ArgumentOutOfRangeException>(() => gate.AsRateLimiter(1, (QueueProcessingOrder)(-1))).ParamName);
        Assert.Throws<ArgumentNullException>(() => ((ConcurrencyGate)null!).AsRateLimiter());
        ArgumentOutOfRangeException permits = Assert.Throws<ArgumentOutOfRangeException>(() => gate.AsRateLimiter().AttemptAcquire(2_000_000));
        Assert.Equal(("permitCount", 2_000_000), (permits.ParamName, permits.ActualValue));
        Assert.Contains("1000000", permits.Message, StringComparison.Ordinal);
    }
}
