using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace AdmissionControl.AspNetCore.Tests.Pipeline;

public class MissingMiddlewareTests
{
    private readonly LogOf _log = new();

    [Theory]
    [InlineData("policy")]
    [InlineData("priority")]
    [InlineData("latency")]
    [InlineData("group")]
    public async Task Marks_NoMiddlewareAnywhere_AreAnErrorOnceAndServe(string mark)
    {
        await using WebApplication app = await StartAsync(app =>
        {
            IEndpointConventionBuilder endpoint = mark == "group" ? MapGroup(app).RequireAdmissionControl("shop") : app.MapGet("/", () => "ok");
            _ = mark switch
            {
                "policy" => endpoint.RequireAdmissionControl("shop"),
                "priority" => endpoint.WithPriority(RequestPriority.Low),
                "latency" => endpoint.ExcludeLatency(),
                _ => endpoint,
            };
            app.MapGet("/other", () => "ok").RequireAdmissionControl("shop");
        });

        Assert.Equal(200, await app.StatusAsync("/"));
        Assert.Equal(200, await app.StatusAsync("/other"));

        Assert.Equal([(LogLevel.Error, "MiddlewareMissing")], _log.Entries);
    }

    [Fact]
    public async Task Marks_EndpointsBuiltBeforeTheStart_SaySoAtTheStart()
    {
        await using WebApplication app = Build(app =>
        {
            app.MapGet("/", () => "ok").RequireAdmissionControl("shop");
            Assert.Single(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints));
        });
        Assert.Empty(_log.Entries);

        await app.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal([(LogLevel.Error, "MiddlewareMissing")], _log.Entries);
    }

    [Fact]
    public async Task Marks_MiddlewareAfterEndpointsWereBuilt_AreNoError()
    {
        await using WebApplication app = await StartAsync(app =>
        {
            app.MapGet("/", () => "ok").RequireAdmissionControl("shop");
            Assert.Single(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints));
            app.UseAdmissionControl();
        });

        Assert.Equal(200, await app.StatusAsync("/"));

        Assert.Empty(_log.Entries);
    }

    [Theory]
    [InlineData("map")]
    [InlineData("when")]
    public async Task Marks_MiddlewareInABranch_AreNoError(string branch)
    {
        await using WebApplication app = await StartAsync(app =>
        {
            _ = branch == "map"
                ? app.Map("/admin", admin => admin.UseAdmissionControl("shop"))
                : app.UseWhen(context => context.Request.Path == "/admin", admin => admin.UseAdmissionControl("shop"));
            app.MapGet("/", () => "ok").RequireAdmissionControl("shop");
        });

        Assert.Equal(200, await app.StatusAsync("/"));

        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task Marks_ThatNeedNoMiddleware_AreNoError()
    {
        await using WebApplication app = await StartAsync(app =>
        {
            app.MapGet("/", () => "ok").DisableAdmissionControl();
            app.MapGet("/probe", () => "ok").AsProbe();
        });

        Assert.Equal(200, await app.StatusAsync("/"));

        Assert.Empty(_log.Entries);
    }

    private static RouteGroupBuilder MapGroup(WebApplication app)
    {
        RouteGroupBuilder group = app.MapGroup("/");
        group.MapGet("/", () => "ok");
        return group;
    }

    private WebApplication Build(Action<WebApplication> map) => Shop.Build(a => a.AddPolicy("shop", p => p.FixedConcurrency(9)), map, s => _log.AddTo(s));

    private async Task<WebApplication> StartAsync(Action<WebApplication> map)
    {
        WebApplication app = Build(map);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
