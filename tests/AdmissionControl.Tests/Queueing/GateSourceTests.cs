using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using AdmissionControl.Queueing;
using AdmissionControl.Tests.Timing;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Queueing;

/// <summary>A queue and bulkheads in front of one gate: a claim comes before everybody who waits, whoever was attached first.</summary>
public class GateSourceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DrivenClock _clock = new();
    private readonly ConcurrencyGate _gate = new(2);

    /// <summary>500 wait in the limiter. The first permit that comes back is the owner's, then they are served, one for each that comes back.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Release_OwnerClaimsAndALimiterIsFullOfWaiters_OwnerIsServedFirst(bool isLimiterFirst)
    {
        Bulkheads? all = isLimiterFirst ? null : new Bulkheads(_gate, _clock);
        using RateLimiter limiter = _gate.AsRateLimiter(queueLimit: 1000, timeProvider: _time);
        Bulkhead owner = (all ?? new Bulkheads(_gate, _clock)).Add("owner", reserve: 1);
        Assert.True(_gate.TryAcquire(2));
        Assert.False(owner.TryAcquire());
        Task<RateLimitLease>[] waits = [.. Enumerable.Range(0, 500).Select(_ => limiter.AcquireAsync().AsTask())];

        _gate.Release();
        Assert.True(owner.TryAcquire());
        Assert.DoesNotContain(waits, w => w.IsCompleted);

        _gate.Release();
        foreach (Task<RateLimitLease> wait in waits)
        {
            using RateLimitLease lease = await wait.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            Assert.True(lease.IsAcquired);
            Assert.Equal(1, owner.InFlight);
        }

        owner.Release();
        Assert.Equal((1, 0), (_gate.InFlight, _gate.Waiters));
    }

    /// <summary>A permit has come back, and nobody has given it to the claim yet: whatever makes a queue look now, it gets nothing.</summary>
    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst)]
    [InlineData(QueueProcessingOrder.NewestFirst)]
    public async Task Serve_BetweenAReleaseAndTheClaimItIsFor_GrantsNothing(QueueProcessingOrder order)
    {
        using RateLimiter limiter = _gate.AsRateLimiter(queueLimit: 10, order, _time);
        using var cancellation = new CancellationTokenSource();
        List<Task<RateLimitLease>> waits = [];
        List<RateLimitLease> taken = [];
        var between = new Between(() =>
        {
            taken.Add(limiter.AttemptAcquire());
            taken.Add(limiter.AttemptAcquire(0));
            waits.Add(limiter.AcquireAsync(1).AsTask());
            waits.Add(limiter.AcquireAsync(0).AsTask());
            cancellation.Cancel();
        });
        _gate.Attach(between);
        Bulkhead owner = new Bulkheads(_gate, _clock).Add("owner", reserve: 1);
        Assert.True(_gate.TryAcquire(2));
        Task<RateLimitLease> cancelled = limiter.AcquireAsync(1, cancellation.Token).AsTask();
        waits.Add(limiter.AcquireAsync(1).AsTask());
        Assert.False(owner.TryAcquire());

        between.IsOpen = true;
        _gate.Release();
        await Assert.ThrowsAsync<TaskCanceledException>(() => cancelled.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.All(taken, lease => Assert.False(lease.IsAcquired));
        Assert.All(waits, wait => Assert.False(wait.IsCompleted));
        Assert.True(owner.TryAcquire());
        Assert.Equal((2, waits.Count), (_gate.InFlight, _gate.Waiters));
    }

    /// <summary>The claim has lapsed, and its owner gives up what it had: those who wait are told.</summary>
    [Fact]
    public async Task LendIdle_OwnerStaysAway_ThoseWhoWaitAreServed()
    {
        var all = new Bulkheads(_gate, _clock);
        Bulkhead owner = all.Add("owner", reserve: 2);
        Bulkhead neighbour = all.Add("neighbour", reserve: 0);
        using RateLimiter limiter = _gate.AsRateLimiter(queueLimit: 10, timeProvider: _time);
        Assert.True(_gate.TryAcquire(2));
        Assert.False(owner.TryAcquire());
        Task<RateLimitLease> wait = limiter.AcquireAsync().AsTask();
        _gate.Release();
        Assert.Equal((1, false), (owner.Held, wait.IsCompleted));

        _clock.Advance(owner.LendAfter);
        Assert.False(neighbour.TryAcquire());
        using RateLimitLease lease = await wait.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(lease.IsAcquired);
        Assert.Equal((0, 2, 0), (owner.Held, _gate.InFlight, _gate.Waiters));
    }

    /// <summary>More comes at once than the claim needs. The queue is told first and gets nothing; it hears of the rest when the claim is met.</summary>
    [Fact]
    public async Task Limit_RaisedBeyondTheClaim_TheRestServesThoseWhoWait()
    {
        using RateLimiter limiter = _gate.AsRateLimiter(queueLimit: 10, timeProvider: _time);
        Bulkhead owner = new Bulkheads(_gate, _clock).Add("owner", reserve: 1);
        Assert.True(_gate.TryAcquire(2));
        Assert.False(owner.TryAcquire());
        Task<RateLimitLease> wait = limiter.AcquireAsync().AsTask();
        _gate.Limit = 4;
        using RateLimitLease lease = await wait.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(lease.IsAcquired);
        Assert.Equal((1, 4, 0), (owner.Held, _gate.InFlight, _gate.Waiters));
    }

    /// <summary>Attached first, and so told first: what another thread may do at that moment.</summary>
    private sealed class Between(Action act) : IWaitQueue
    {
        public bool IsOpen { get; set; }

        public void Pump()
        {
            if (IsOpen)
            {
                IsOpen = false;
                act();
            }
        }
    }
}
