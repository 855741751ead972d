using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using AdmissionControl.Policies;
using AdmissionControl.Tests.Concurrency;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Queueing;

/// <summary>Which requests count as blocked: those that found no free permit, each once. The limit is 2.</summary>
public class BlockedTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLimit _rule = new() { Limit = 2, NextWindow = new LimitWindowSize(TimeSpan.FromMilliseconds(1), 1) };

    /// <summary>Two refused and three who wait, then one refused.</summary>
    [Fact]
    public void Complete_WindowCloses_ShowsTheRuleThoseOfTheWindow()
    {
        using AdmissionController controller = Build(p => p.Queue(TimeSpan.FromSeconds(10)));
        AdmissionLease[] held = Fill(controller);
        Asked[] waiting = [.. Enumerable.Range(0, 3).Select(_ => new Asked(controller.AdmitAsync(default)))];
        _ = controller.TryAdmit(default);
        _ = controller.TryAdmit(default);
        EndAfterAMillisecond(held[0]);
        _ = controller.TryAdmit(default);
        EndAfterAMillisecond(held[1]);
        EndAfterAMillisecond(waiting[0].Result);
        Assert.Equal([5, 1, 0], _rule.Seen.Select(w => w.Blocked));
    }

    [Fact]
    public void TryAdmit_NoPermit_CountsEachRefusalOfAnyPriority()
    {
        using AdmissionController controller = Build();
        Fill(controller);
        foreach (RequestPriority priority in Enum.GetValues<RequestPriority>())
        {
            Assert.Equal(RejectionReason.ConcurrencyLimit, controller.TryAdmit(new AdmissionRequest(priority)).Reason);
        }

        Assert.Equal(5, controller.TotalBlocked);
    }

    [Theory]
    [InlineData(RequestPriority.High)]
    [InlineData(RequestPriority.Normal)]
    [InlineData(RequestPriority.Low)]
    [InlineData(RequestPriority.Bulk)]
    public void TryAdmit_Shed_Counts(RequestPriority priority)
    {
        using AdmissionController controller = Build(p => p.ShareByPriority());
        controller.TryAdmit(Policy.Request(RequestPriority.Critical));
        Assert.Equal(RejectionReason.Shed, controller.TryAdmit(Policy.Request(priority)).Reason);
        Assert.Equal(1, controller.TotalBlocked);
    }

    [Fact]
    public void TryAdmit_NoTokens_DoesNotCount()
    {
        using AdmissionController controller = Build(p => p.Rate("1/s", burst: 1));
        controller.TryAdmit(default).Dispose();
        Assert.Equal(RejectionReason.Rate, controller.TryAdmit(default).Reason);
        Assert.Equal(0, controller.TotalBlocked);
    }

    [Theory]
    [InlineData(RejectionReason.QueueTimeout)]
    [InlineData(RejectionReason.Cancelled)]
    [InlineData(RejectionReason.ShuttingDown)]
    [InlineData(RejectionReason.None)]
    public void AdmitAsync_WaitsForAPermit_CountsOnceWhateverBecomesOfIt(RejectionReason end)
    {
        using AdmissionController controller = Build(p => p.Queue(TimeSpan.FromSeconds(1)));
        using var cancellation = new CancellationTokenSource();
        AdmissionLease[] held = Fill(controller);
        var waiting = new Asked(controller.AdmitAsync(default, cancellation.Token));
        Assert.Equal(1, controller.TotalBlocked);
        switch (end)
        {
            case RejectionReason.QueueTimeout:
                _time.Advance(TimeSpan.FromSeconds(1));
                break;
            case RejectionReason.Cancelled:
                cancellation.Cancel();
                break;
            case RejectionReason.ShuttingDown:
                controller.EndWaits();
                break;
            default:
                held[1].Dispose();
                break;
        }

        Assert.Equal(end, waiting.Result.Reason);
        Assert.Equal(1, controller.TotalBlocked);
    }

    [Fact]
    public void AdmitAsync_Displaced_CountsBothOnce()
    {
        using AdmissionController controller = Build(p => p.Queue(TimeSpan.FromSeconds(1), maxLength: 1));
        Fill(controller);
        var displaced = new Asked(controller.AdmitAsync(Policy.Request(RequestPriority.Bulk)));
        _ = controller.AdmitAsync(Policy.Request(RequestPriority.Critical));
        Assert.Equal(RejectionReason.Displaced, displaced.Result.Reason);
        Assert.Equal(2, controller.TotalBlocked);
    }

    [Fact]
    public void AdmitAsync_ManyWaitForPermits_CountsEachOnArrival()
    {
        using AdmissionController controller = Build(p => p.Queue(TimeSpan.FromSeconds(10)));
        Fill(controller);
        for (int i = 1; i <= 7; i++)
        {
            _ = controller.AdmitAsync(default);
            Assert.Equal(i, controller.TotalBlocked);
        }
    }

    [Fact]
    public void AdmitAsync_QueueFullAndNoPermit_Counts()
    {
        using AdmissionController controller = Build(p => p.Queue(TimeSpan.FromSeconds(10), maxLength: 1));
        Fill(controller);
        _ = controller.AdmitAsync(default);
        Assert.Equal(RejectionReason.QueueFull, new Asked(controller.AdmitAsync(default)).Result.Reason);
        Assert.Equal(2, controller.TotalBlocked);
    }

    /// <summary>A permit is free all the time: only tokens lack, in the queue and at its full door.</summary>
    [Fact]
    public void AdmitAsync_WaitsForTokensAlone_DoesNotCount()
    {
        using AdmissionController controller = Build(p => p.Rate("1/s", burst: 1).Queue(TimeSpan.FromSeconds(10), maxLength: 2));
        controller.TryAdmit(default).Dispose();
        Asked[] waiting = [new Asked(controller.AdmitAsync(default)), new Asked(controller.AdmitAsync(default))];
        Assert.Equal(RejectionReason.QueueFull, new Asked(controller.AdmitAsync(default)).Result.Reason);
        _time.Advance(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.All(waiting, w => Assert.True(w.Result.IsAdmitted));
        Assert.Equal(0, controller.TotalBlocked);
    }

    /// <summary>Its tokens come, and by then the permits are gone: from then on it is blocked, and however often the queue looks, it counts once.</summary>
    [Fact]
    public void AdmitAsync_WaitsForTokensThenForAPermit_CountsOnce()
    {
        using AdmissionController controller = Build(p => p.Rate("1/s", burst: 1).Queue(TimeSpan.FromSeconds(10)));
        controller.TryAdmit(default).Dispose();
        var waiting = new Asked(controller.AdmitAsync(default));
        AdmissionLease[] probes = [.. Enumerable.Range(0, 3).Select(_ => controller.TryAdmit(AdmissionRequest.Exempt))];
        Assert.Equal(0, controller.TotalBlocked);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, controller.TotalBlocked);
        probes[0].Dispose();
        Assert.False(waiting.IsCompleted);
        probes[1].Dispose();
        Assert.True(waiting.Result.IsAdmitted);
        Assert.Equal(1, controller.TotalBlocked);
    }

    /// <summary>
    /// Bulk waits for tokens. A critical request that comes to the queue is served at once and takes both permits: it was not blocked, and Bulk is from now on.
    /// </summary>
    [Fact]
    public void AdmitAsync_ServedAtOnce_DoesNotCount()
    {
        using AdmissionController controller = Build(p => p.Rate("1/s", burst: 10).ShareByPriority().Queue(TimeSpan.FromSeconds(10)));
        for (int i = 0; i < 5; i++)
        {
            controller.TryAdmit(Policy.Request(RequestPriority.Critical)).Dispose();
        }

        var bulk = new Asked(controller.AdmitAsync(Policy.Request(RequestPriority.Bulk)));
        Assert.Equal((false, 0L), (bulk.IsCompleted, controller.TotalBlocked));
        Assert.True(new Asked(controller.AdmitAsync(Policy.Request(RequestPriority.Critical, cost: 2))).Result.IsAdmitted);
        Assert.Equal((false, 1L), (bulk.IsCompleted, controller.TotalBlocked));
    }

    /// <summary>Who only asks to be told when it would be admitted is no request.</summary>
    [Fact]
    public void AcquireAsync_ZeroPermitsWaits_DoesNotCount()
    {
        using AdmissionController controller = Build(p => p.Queue(TimeSpan.FromSeconds(10), maxLength: 1));
        using RateLimiter limiter = controller.AsRateLimiter();
        AdmissionLease[] held = Fill(controller);
        ValueTask<RateLimitLease> waiting = limiter.AcquireAsync(0, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        Assert.True(limiter.AcquireAsync(0, TestContext.Current.CancellationToken).IsCompleted, "The queue is full.");
        controller.Stages.Gate.Limit = 1;
        held[0].Dispose();
        Assert.False(waiting.IsCompleted);
        Assert.Equal(0, controller.TotalBlocked);
    }

    private static AdmissionLease[] Fill(AdmissionController controller)
    {
        AdmissionLease[] held = [controller.TryAdmit(default), controller.TryAdmit(default)];
        Assert.All(held, lease => Assert.True(lease.IsAdmitted));
        return held;
    }

    private AdmissionController Build(Action<AdmissionPolicyBuilder>? configure = null) => Policy.Build(_time, p =>
    {
        p.Concurrency(_rule);
        configure?.Invoke(p);
    });

    private void EndAfterAMillisecond(AdmissionLease lease)
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        lease.Complete(AdmissionOutcome.Success);
    }
}
