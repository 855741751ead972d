using System.Globalization;
using System.Threading.RateLimiting;
using AdmissionControl.KeyedBuckets;
using AdmissionControl.TokenBuckets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.AspNetCore.Tests.RateLimiting;

/// <summary>The adapters inside ASP.NET Core's own <c>AddRateLimiter</c>, as the global limiter and as named policies.</summary>
public class PlatformMiddlewareTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task GlobalLimiter_KeyedBuckets_LimitEachClientAndSayWhenToComeBack()
    {
        var buckets = new KeyedTokenBuckets<string>(0.4, 2, 1024, timeProvider: _time);
        await using WebApplication app = await StartAsync(options => options.GlobalLimiter =
            buckets.AsPartitionedRateLimiter().WithTranslatedKey<HttpContext>(context => context.Request.Query["client"].ToString(), leaveOpen: false));
        Assert.Equal(200, await app.StatusAsync("/?client=a"));
        Assert.Equal(200, await app.StatusAsync("/?client=a"));
        using HttpResponseMessage refused = await app.GetAsync("/?client=a");
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(3), refused.Headers.RetryAfter?.Delta);
        Assert.Equal(200, await app.StatusAsync("/?client=b"));
        _time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal(200, await app.StatusAsync("/?client=a"));
    }

    /// <summary>
    /// The middleware tries, and when that fails asks again and would wait. Ours takes nothing for a refusal, so it costs no token, but
    /// each is counted twice.
    /// </summary>
    [Fact]
    public async Task GlobalLimiter_Bucket_ARefusalIsAskedTwiceAndCostsNothing()
    {
        var bucket = new TokenBucket(1, 1, _time);
        using RateLimiter limiter = bucket.AsRateLimiter();
        await using WebApplication app = await StartAsync(options => options.GlobalLimiter =
            PartitionedRateLimiter.Create<HttpContext, string>(_ => RateLimitPartition.Get("all", _ => limiter)));
        Assert.Equal(200, await app.StatusAsync("/"));
        Assert.Equal(429, await app.StatusAsync("/"));
        RateLimiterStatistics statistics = limiter.GetStatistics()!;
        Assert.Equal((1, 2), (statistics.TotalSuccessfulLeases, statistics.TotalFailedLeases));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, await app.StatusAsync("/"));
    }

    [Fact]
    public async Task NamedPolicy_Controller_WaitsInThePolicysQueueAndReleases()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication app = await StartAsync(
            options => options.AddPolicy("sop", context => RateLimitPartition.Get(
                "sop", _ => context.RequestServices.GetRequiredKeyedService<AdmissionController>("sop").AsRateLimiter())),
            app => app.MapGet("/sop", async () =>
            {
                started.TrySetResult();
                await work.Task;
            }).RequireRateLimiting("sop"));
        AdmissionController controller = app.Policy("sop");
        Task<int> first = app.StatusAsync("/sop");
        await started.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        Task<int> second = app.StatusAsync("/sop");
        Assert.True(SpinWait.SpinUntil(() => controller.GetStatistics().Waiting == 1, TimeSpan.FromMinutes(1)));
        using HttpResponseMessage full = await app.GetAsync("/sop");
        Assert.Equal(429, (int)full.StatusCode);
        Assert.InRange(full.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 3);
        work.SetResult();
        Assert.All(await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System), status => Assert.Equal(200, status));

        // The answer leaves before the lease does.
        Assert.True(SpinWait.SpinUntil(() => controller.GetStatistics().InFlight == 0, TimeSpan.FromMinutes(1)));
    }

    private Task<WebApplication> StartAsync(Action<RateLimiterOptions> limit, Action<WebApplication>? map = null) => Shop.StartAsync(
        a => a.AddPolicy("sop", p => p.FixedConcurrency(1).Queue(TimeSpan.FromMinutes(1), maxLength: 1)),
        app =>
        {
            app.UseRateLimiter();
            app.MapGet("/", () => "ok");
            map?.Invoke(app);
        },
        services => services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = (context, _) =>
            {
                if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan retryAfter))
                {
                    context.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                }

                return ValueTask.CompletedTask;
            };
            limit(options);
        }),
        _time);
}
