using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AdmissionControl.AspNetCore.Tests.Pipeline;

public class AskedByTests
{
    [Theory]
    [InlineData("/nothing", 404)]
    [InlineData("/fails", 500)]
    public async Task UseAdmissionControl_ErrorPageRunsThePipelineAgain_IsAskedOnce(string path, int status)
    {
        long inFlight = -1;
        await using WebApplication app = await Shop.StartAsync(a => a.AddPolicy("shop", p => p.Rate("1/day", burst: 10).FixedConcurrency(10)), app =>
        {
            UseErrorPages(app);
            app.UseAdmissionControl("shop");
            app.MapGet("/fails", string () => throw new FormatException());
            app.MapGet("/error", () =>
            {
                inFlight = app.Policy("shop").GetStatistics().InFlight;
                return "page";
            });
        });

        for (int i = 1; i <= 3; i++)
        {
            using HttpResponseMessage response = await app.GetAsync(path);
            Assert.Equal((status, "page"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        }

        AdmissionStatistics statistics = app.Policy("shop").GetStatistics();
        Assert.Equal((7, 3L), (statistics.AvailablePermits, statistics.TotalAdmitted));
        Assert.Equal(0, inFlight);
    }

    [Fact]
    public async Task UseAdmissionControl_ErrorPageOfARefusal_IsNotRefusedAgain()
    {
        await using WebApplication app = await Shop.StartAsync(
            a => a.AddPolicy("shop", p => p.FixedConcurrency(1)),
            app =>
            {
                UseErrorPages(app);
                app.UseAdmissionControl("shop");
                app.MapGet("/", () => "ok");
                app.MapGet("/error", () => "page");
            },
            s => s.Configure<AdmissionMiddlewareOptions>(o => o.OnRejected = _ => ValueTask.CompletedTask));
        using AdmissionLease held = app.Policy("shop").TryAdmit(default);

        using HttpResponseMessage response = await app.GetAsync("/");

        Assert.Equal((503, "page"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(1, app.Policy("shop").GetStatistics().TotalRejected);
    }

    [Fact]
    public async Task UseAdmissionControl_Twice_EachAsksOnce()
    {
        await using WebApplication app = await Shop.StartAsync(
            a =>
            {
                a.AddPolicy("shop", p => p.Rate("1/day", burst: 10));
                a.AddPolicy("inner", p => p.Rate("1/day", burst: 10));
            },
            app =>
            {
                UseErrorPages(app);
                app.UseWhen(context => !context.Request.Query.ContainsKey("late"), branch => branch.UseAdmissionControl("shop"));
                app.UseAdmissionControl("inner");
                app.MapGet("/error", () => "page");
            });

        Assert.Equal(404, await app.StatusAsync("/nothing"));
        Assert.Equal(404, await app.StatusAsync("/nothing?late"));
        Assert.Equal(404, await app.StatusAsync("/nothing"));

        // The error page has no query, so the first asks for the second request when its page is made.
        Assert.Equal(7, app.Policy("shop").GetStatistics().AvailablePermits);
        Assert.Equal(7, app.Policy("inner").GetStatistics().AvailablePermits);
    }

    private static void UseErrorPages(WebApplication app)
    {
        app.UseExceptionHandler("/error");
        app.UseStatusCodePagesWithReExecute("/error");
        app.UseRouting();
    }
}
