using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AdmissionControl.AspNetCore.Tests.Endpoints;

public class EndpointPlansTests
{
    [Fact]
    public async Task RequireAdmissionControl_UnknownPolicy_StopsTheHostAndNamesEndpointAndKnown()
    {
        await using WebApplication app = Shop.Build(a => a.AddPolicy("shop", p => p.FixedConcurrency(1)), app =>
        {
            app.UseAdmissionControl("shop");
            app.MapGet("/search", () => "ok").RequireAdmissionControl("shpo");
        });

        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("'shpo' (asked for by endpoint 'HTTP: GET /search", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'shop'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseAdmissionControl_UnknownPolicy_StopsTheHost()
    {
        await using WebApplication app = Shop.Build(a => a.AddPolicy("shop", p => p.FixedConcurrency(1)), app => app.UseAdmissionControl("spho"));

        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("'spho' (asked for by UseAdmissionControl)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseAdmissionControl_BadOption_StopsTheHostAndNamesIt()
    {
        await using WebApplication app = Shop.Build(
            a => a.AddPolicy("shop", p => p.FixedConcurrency(1)), app => app.UseAdmissionControl("shop"),
            s => s.Configure<AdmissionMiddlewareOptions>(o => o.OverloadStatusCode = 200));

        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("OverloadStatusCode is '200'; it must be 503 or 429", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequireAdmissionControl_EndpointPolicyRefuses_DefaultPolicyLosesNothing()
    {
        await using WebApplication app = await Shop.StartAsync(
            a =>
            {
                a.AddPolicy("shop", p => p.Rate("1/day", burst: 2));
                a.AddPolicy("search", p => p.FixedConcurrency(1));
            },
            app =>
            {
                app.UseAdmissionControl("shop");
                app.MapGet("/browse", () => "ok");
                app.MapGet("/search", () => "ok").RequireAdmissionControl("search");
            });
        using AdmissionLease held = app.Policy("search").TryAdmit(default);

        Assert.Equal(503, await app.StatusAsync("/search"));
        Assert.Equal(503, await app.StatusAsync("/search"));
        Assert.Equal(503, await app.StatusAsync("/search"));

        Assert.Equal(200, await app.StatusAsync("/browse"));
        Assert.Equal(200, await app.StatusAsync("/browse"));
        Assert.Equal(429, await app.StatusAsync("/browse"));
    }

    [Fact]
    public async Task UseAdmissionControl_WithoutPolicy_LimitsOnlyEndpointsThatAsk()
    {
        await using WebApplication app = await Shop.StartAsync(a => a.AddPolicy("search", p => p.FixedConcurrency(1)), app =>
        {
            app.UseAdmissionControl();
            app.MapGet("/browse", () => "ok");
            app.MapGet("/search", [RequireAdmissionControl("search")] () => "ok");
        });
        using AdmissionLease held = app.Policy("search").TryAdmit(default);

        Assert.Equal(200, await app.StatusAsync("/browse"));
        Assert.Equal(503, await app.StatusAsync("/search"));
    }

    [Fact]
    public async Task Probes_EverythingRefused_PassAndAreCounted()
    {
        await using WebApplication app = await Shop.StartAsync(
            a => a.AddPolicy("shop", p => p.Rate("1/day").FixedConcurrency(1)),
            app =>
            {
                app.UseAdmissionControl("shop");
                app.MapHealthChecks("/health/of/the/shop");
                app.MapHealthChecks("/health/renamed").WithDisplayName("renamed");
                app.MapGet("/healthz", () => "ok");
                app.MapPost("/healthz", () => "ok");
                app.MapGet("/ping", () => "ok").AsProbe();
                app.MapGet("/", () => "ok");
            });
        using AdmissionLease held = app.Policy("shop").TryAdmit(default);
        using HttpResponseMessage post = await app.GetTestClient().PostAsync(
            new Uri("/healthz", UriKind.Relative), null, TestContext.Current.CancellationToken);

        Assert.Equal(503, await app.StatusAsync("/"));
        Assert.Equal(503, (int)post.StatusCode);
        Assert.Equal(200, await app.StatusAsync("/health/of/the/shop"));
        Assert.Equal(200, await app.StatusAsync("/health/renamed"));
        Assert.Equal(200, await app.StatusAsync("/healthz"));
        Assert.Equal(200, await app.StatusAsync("/ping"));
        Assert.Equal(5, app.Policy("shop").GetStatistics().TotalAdmitted);
    }

    [Fact]
    public async Task DisableAdmissionControl_WinsAndIsNotCounted()
    {
        await using WebApplication app = await Shop.StartAsync(a => a.AddPolicy("shop", p => p.FixedConcurrency(1)), app =>
        {
            app.UseAdmissionControl("shop");
            app.MapGet("/admin", () => "ok").RequireAdmissionControl("shop").DisableAdmissionControl();
        });
        using AdmissionLease held = app.Policy("shop").TryAdmit(default);

        Assert.Equal(200, await app.StatusAsync("/admin"));
        Assert.Equal(1, app.Policy("shop").GetStatistics().TotalAdmitted);
    }

    [Fact]
    public async Task Priority_FromConventionAttributeOrGroup_ReachesThePolicy()
    {
        await using WebApplication app = await Shop.StartAsync(a => a.AddPolicy("shop", p => p.FixedConcurrency(10)), app =>
        {
            app.UseAdmissionControl("shop");
            app.MapGet("/checkout", () => "ok").WithPriority(RequestPriority.Critical);
            app.MapGet("/search", [RequestPriority(RequestPriority.Low)] () => "ok");
            app.MapGroup("/bulk").WithPriority(RequestPriority.Bulk).MapGet("/cart", () => "ok").WithPriority(RequestPriority.High);
            app.MapGet("/browse", () => "ok");
        });

        foreach (string path in (string[])["/checkout", "/search", "/bulk/cart", "/browse"])
        {
            Assert.Equal(200, await app.StatusAsync(path));
        }

        AdmissionStatistics statistics = app.Policy("shop").GetStatistics();
        Assert.Equal(1, statistics.Admitted(RequestPriority.Critical));
        Assert.Equal(1, statistics.Admitted(RequestPriority.High));
        Assert.Equal(1, statistics.Admitted(RequestPriority.Normal));
        Assert.Equal(1, statistics.Admitted(RequestPriority.Low));
    }

    [Fact]
    public async Task PartitionBy_EachClient_HasItsOwnRate()
    {
        await using WebApplication app = await Shop.StartAsync(
            a => a.AddPolicy("client", p => p.RatePerPartition("1/day")),
            app =>
            {
                app.UseAdmissionControl("client");
                app.MapGet("/", () => "ok");
            },
            s => s.Configure<AdmissionMiddlewareOptions>(o => o.PartitionBy = c => PartitionKey.From(c.Request.Query["tenant"].ToString())));

        Assert.Equal(200, await app.StatusAsync("/?tenant=a"));
        Assert.Equal(429, await app.StatusAsync("/?tenant=a"));
        Assert.Equal(200, await app.StatusAsync("/?tenant=b"));
    }
}
