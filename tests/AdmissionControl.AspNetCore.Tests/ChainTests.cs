using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AdmissionControl.AspNetCore.Tests;

/// <summary>Services that call each other over real sockets.</summary>
public class ChainTests
{
    private readonly CancellationToken _test = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, true, RequestPriority.Critical, true)]
    [InlineData(true, false, RequestPriority.Normal, false)]
    [InlineData(false, true, RequestPriority.Normal, false)]
    public async Task FlowsPriority_OverTwoServices_ReachesTheSecondOnlyWhenBothSidesWantIt(
        bool flows, bool isTrusted, RequestPriority expected, bool hasCohort)
    {
        AdmissionRequest atEdge = default;
        AdmissionRequest atStock = default;
        await using WebApplication stock = await ServiceAsync(
            o =>
            {
                o.IsTrusted = _ => isTrusted;
                o.Classify = (_, request) => atStock = request;
            },
            app => app.MapGet("/", () => "ok"));
        var address = new Uri(stock.Urls.Single());
        await using WebApplication edge = await ServiceAsync(
            o =>
            {
                o.FlowsPriority = flows;
                o.CohortBy = _ => "visitor-17";
                o.CohortKey = "sixteen or more characters";
                o.Classify = (_, request) => atEdge = request;
            },
            app => app.MapGet("/", async (IHttpClientFactory clients) =>
            {
                await Task.Yield();
                return await clients.CreateClient("stock").GetStringAsync(address);
            }).WithPriority(RequestPriority.Critical));
        using var browser = new HttpClient();

        Assert.Equal("ok", await browser.GetStringAsync(new Uri(edge.Urls.Single()), _test));

        Assert.NotNull(atEdge.Cohort);
        Assert.Equal(expected, atStock.Priority);
        Assert.Equal(hasCohort ? atEdge.Cohort : null, atStock.Cohort);
    }

    [Fact]
    public async Task FlowsPriority_Probe_DoesNotFlow()
    {
        AdmissionRequest? seen = new AdmissionRequest();
        await using WebApplication app = await ServiceAsync(
            o => o.FlowsPriority = true, app => app.MapGet("/healthz", () => seen = AdmissionFlow.Current));
        using var prober = new HttpClient();

        await prober.GetAsync(new Uri(app.Urls.Single() + "/healthz"), _test);

        Assert.Null(seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FlowsPriority_AfterTheRequest_NothingIsLeftOnTheThread(bool isOn)
    {
        AdmissionRequest? seen = null;
        var options = new AdmissionMiddlewareOptions { FlowsPriority = isOn };
        using var controller = new AdmissionController("shop", new() { Concurrency = new() });
        var middleware = new AdmissionControlMiddleware(
            _ =>
            {
                seen = AdmissionFlow.Current;
                return Task.CompletedTask;
            },
            new(new AdmissionPolicies(["shop"], _ => controller), ["shop"]),
            options);

        await middleware.InvokeAsync(new DefaultHttpContext());

        Assert.Equal(isOn ? new AdmissionRequest() : null, seen);
        Assert.Null(AdmissionFlow.Current);
    }

    private async Task<WebApplication> ServiceAsync(Action<AdmissionMiddlewareOptions> configure, Action<WebApplication> map)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAdmissionControl(a =>
        {
            a.AddPolicy("shop", p => p.FixedConcurrency(10).ShedByPriority());
            a.AddPolicy("calls", p => p.FixedConcurrency(10));
        });
        builder.Services.AddHttpClient("stock").AddAdmissionControl("calls", o => o.SendsPriority = true);
        builder.Services.Configure(configure);
        WebApplication app = builder.Build();
        app.UseAdmissionControl("shop");
        map(app);
        await app.StartAsync(_test);
        return app;
    }
}
