using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using AdmissionControl.TokenBuckets;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting;

/// <summary>
/// The adapters inside a pipeline of Polly v8, which acquires one permit by <see cref="RateLimiter.AcquireAsync"/> and disposes the lease
/// after the callback.
/// </summary>
public sealed class PollyTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task AddRateLimiter_Bucket_RefusesWithTheExactTime()
    {
        using RateLimiter limiter = new TokenBucket(10, 1, _time).AsRateLimiter();
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder().AddRateLimiter(limiter).Build();
        Assert.Equal(7, await pipeline.ExecuteAsync(_ => ValueTask.FromResult(7)));
        RateLimiterRejectedException refused = await Assert.ThrowsAsync<RateLimiterRejectedException>(
            async () => await pipeline.ExecuteAsync(_ => ValueTask.FromResult(7)));
        Assert.Equal(TimeSpan.FromSeconds(0.1), refused.RetryAfter);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(7, await pipeline.ExecuteAsync(_ => ValueTask.FromResult(7)));
    }

    [Fact]
    public async Task AddRateLimiter_Controller_HoldsItsPermitWhileTheCallbackRuns()
    {
        using AdmissionController controller = Policy.Build(_time, p => p.FixedConcurrency(1).Queue(TimeSpan.FromMinutes(1)));
        using RateLimiter limiter = controller.AsRateLimiter(RequestPriority.High);
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder().AddRateLimiter(limiter).Build();
        var work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task first = pipeline.ExecuteAsync(async _ => await work.Task).AsTask();
        Task<int> second = pipeline.ExecuteAsync(_ => ValueTask.FromResult(controller.GetStatistics().InFlight)).AsTask();
        Assert.Equal((1, 1), (controller.GetStatistics().InFlight, controller.GetStatistics().Waiting));
        work.SetResult();
        await first.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.Equal(1, await second.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System));
        Assert.Equal((0, 2L), (controller.GetStatistics().InFlight, controller.GetStatistics().Admitted(RequestPriority.High)));
    }

    [Fact]
    public async Task AddRateLimiter_GateAndTheCallerCancels_NothingIsLeftBehind()
    {
        var gate = new ConcurrencyGate(1);
        using RateLimiter limiter = gate.AsRateLimiter(queueLimit: 1);
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder().AddRateLimiter(limiter).Build();
        using RateLimitLease running = limiter.AttemptAcquire();
        using var cancellation = new CancellationTokenSource();
        Task waiting = pipeline.ExecuteAsync(_ => ValueTask.CompletedTask, cancellation.Token).AsTask();
        Assert.Equal(1, limiter.GetStatistics()!.CurrentQueuedCount);
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System));
        Assert.Equal((1, 0L), (gate.InFlight, limiter.GetStatistics()!.CurrentQueuedCount));
    }
}
