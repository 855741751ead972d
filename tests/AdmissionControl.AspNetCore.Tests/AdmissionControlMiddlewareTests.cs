using AdmissionControl.AspNetCore.Endpoints;
using AdmissionControl.AspNetCore.Pipeline;
using AdmissionControl.Policies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.AspNetCore.Tests;

public class AdmissionControlMiddlewareTests
{
    private readonly CancellationToken _test = TestContext.Current.CancellationToken;

    [Fact]
    public async Task InvokeAsync_OverKestrel_RefusesWhileFullAndServesAfter()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAdmissionControl(a => a.AddPolicy("shop", p => p.FixedConcurrency(1)));
        await using WebApplication app = builder.Build();
        app.UseAdmissionControl("shop");
        app.MapGet("/", () => "ok");
        await app.StartAsync(_test);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        AdmissionLease held = app.Policy("shop").TryAdmit(default);
        using HttpResponseMessage refused = await client.GetAsync(new Uri("/", UriKind.Relative), _test);
        held.Complete(AdmissionOutcome.Success);
        using HttpResponseMessage served = await client.GetAsync(new Uri("/", UriKind.Relative), _test);

        Assert.Equal(503, (int)refused.StatusCode);
        Assert.Contains("temporary-reduced-capacity", await refused.Content.ReadAsStringAsync(_test), StringComparison.Ordinal);
        Assert.Equal(200, (int)served.StatusCode);

        // The second came on the connection of the first and was asked for anew.
        Assert.Equal(2, app.Policy("shop").GetStatistics().TotalAdmitted);
    }

    [Fact(Timeout = 30_000)]
    public async Task InvokeAsync_Queue_WaitsForItsTurn()
    {
        using AdmissionController controller = Controller(queue: true);
        AdmissionLease held = controller.TryAdmit(default);
        AdmissionControlMiddleware middleware = Middleware(controller, _ => Task.CompletedTask);
        var context = new DefaultHttpContext();

        Task request = middleware.InvokeAsync(context);
        Assert.False(request.IsCompleted);
        held.Complete(AdmissionOutcome.Success);
        await request.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(200, context.Response.StatusCode);
        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact(Timeout = 30_000)]
    public async Task InvokeAsync_ClientLeavesWhileWaiting_GetsNoAnswer()
    {
        using AdmissionController controller = Controller(queue: true);
        using AdmissionLease held = controller.TryAdmit(default);
        using var client = new CancellationTokenSource();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestAborted = client.Token };
        context.Response.Body = body;

        Task request = Middleware(controller, _ => Task.CompletedTask).InvokeAsync(context);
        await client.CancelAsync();
        await request.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(499, context.Response.StatusCode);
        Assert.Equal(0, body.Length);
        Assert.False(context.Response.Headers.ContainsKey("Retry-After"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task InvokeAsync_EndpointThrows_ReleasesAndRethrows(bool synchronously)
    {
        using AdmissionController controller = Controller();
        AdmissionControlMiddleware middleware = Middleware(
            controller, _ => synchronously ? throw new FormatException() : Task.FromException(new FormatException()));

        await Assert.ThrowsAsync<FormatException>(() => middleware.InvokeAsync(new DefaultHttpContext()));

        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Fact]
    public async Task InvokeAsync_WhileTheEndpointRuns_HoldsThePermit()
    {
        using AdmissionController controller = Controller();
        var work = new TaskCompletionSource();

        Task request = Middleware(controller, _ => work.Task).InvokeAsync(new DefaultHttpContext());
        Assert.Equal(1, controller.GetStatistics().InFlight);
        work.SetResult();
        await request;

        Assert.Equal(0, controller.GetStatistics().InFlight);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void InvokeAsync_SynchronousEndpoint_AllocatesNothing(bool isAdmitted, bool hasCheaperAnswer)
    {
        using AdmissionController controller = Controller();
        using AdmissionLease held = isAdmitted ? default : controller.TryAdmit(default);
        AdmissionControlMiddleware middleware = Middleware(controller, _ => Task.CompletedTask, o =>
        {
            o.OnRejected = _ => ValueTask.CompletedTask;
            o.OnShedding = _ => new(hasCheaperAnswer);
        });
        var context = new DefaultHttpContext();
        for (int i = 0; i < 100; i++)
        {
            Invoke();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100_000; i++)
        {
            Invoke();
        }

        // Less than the smallest object for each; the runtime may allocate for itself meanwhile, as when its cache of casts grows.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        AdmissionStatistics statistics = controller.GetStatistics();
        Assert.Equal(isAdmitted ? 100_100 : 1, statistics.TotalAdmitted);

        void Invoke()
        {
            _ = middleware.InvokeAsync(context);

            // As a server does before the next request.
            context.Features.Set<AskedBy>(null);
        }
    }

    [Theory]
    [InlineData(200, true, false)]
    [InlineData(404, true, false)]
    [InlineData(404, false, true)]
    [InlineData(400, true, true)]
    [InlineData(401, true, true)]
    [InlineData(405, true, true)]
    [InlineData(429, true, true)]
    [InlineData(500, true, true)]
    [InlineData(503, true, true)]
    public void SaysNothing_Status_Classifies(int status, bool hasEndpoint, bool expected) =>
        Assert.Equal(expected, ServerOutcome.SaysNothing(status, hasEndpoint));

    [Fact]
    public void Of_ExcludedOrAborted_IsIgnored()
    {
        using AdmissionController controller = Controller();
        var ordinary = new EndpointPlan([controller], default);
        var excluded = new EndpointPlan([controller], new AdmissionRequest { HoldsNoPermit = true });

        Assert.Equal(AdmissionOutcome.Success, ServerOutcome.Of(new DefaultHttpContext(), ordinary));
        Assert.Equal(AdmissionOutcome.Ignored, ServerOutcome.Of(new DefaultHttpContext(), excluded));
        Assert.Equal(
            AdmissionOutcome.Ignored, ServerOutcome.Of(new DefaultHttpContext { RequestAborted = new CancellationToken(canceled: true) }, ordinary));
    }

    private static AdmissionController Controller(bool queue = false) => new(
        "shop",
        new()
        {
            Concurrency = new() { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = 1 },
            Queue = queue ? new() { MaxWait = TimeSpan.FromSeconds(10) } : null,
        },
        new FakeTimeProvider());

    private static AdmissionControlMiddleware Middleware(
        AdmissionController controller, RequestDelegate next, Action<AdmissionMiddlewareOptions>? configure = null)
    {
        var options = new AdmissionMiddlewareOptions();
        configure?.Invoke(options);
        return new(next, new EndpointPlans(new AdmissionPolicies(["shop"], _ => controller), ["shop"]), options);
    }
}
