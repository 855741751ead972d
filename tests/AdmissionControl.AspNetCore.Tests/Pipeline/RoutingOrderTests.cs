using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace AdmissionControl.AspNetCore.Tests.Pipeline;

public class RoutingOrderTests
{
    private static readonly (LogLevel, string?) Error = (LogLevel.Error, "BeforeRouting");

    private readonly LogOf _log = new();

    [Fact]
    public async Task UseAdmissionControl_BeforeRouting_IsAnErrorOnce()
    {
        await using WebApplication app = await StartAsync(app =>
        {
            app.UseAdmissionControl("shop");
            app.UseRouting();
        });

        Assert.Equal(200, await app.StatusAsync("/plain"));
        Assert.Empty(_log.Entries);
        Assert.Equal(200, await app.StatusAsync("/search"));
        Assert.Equal(200, await app.StatusAsync("/search"));

        Assert.Equal([Error], _log.Entries);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UseAdmissionControl_AfterRouting_IsNoError(bool isImplicit)
    {
        await using WebApplication app = await StartAsync(app =>
        {
            if (!isImplicit)
            {
                app.UseRouting();
            }

            app.UseAdmissionControl("shop");
        });

        Assert.Equal(404, await app.StatusAsync("/nothing"));
        Assert.Equal(200, await app.StatusAsync("/search"));
        Assert.Equal(404, await app.StatusAsync("/nothing"));

        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task UseAdmissionControl_ErrorPageBehindIt_IsNoError()
    {
        await using WebApplication app = await StartAsync(app =>
        {
            app.UseAdmissionControl("shop");
            app.UseStatusCodePagesWithReExecute("/search");
        });

        Assert.Equal(404, await app.StatusAsync("/nothing"));

        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task UseAdmissionControl_BeforeAndAfterRouting_IsNoError()
    {
        await using WebApplication app = await StartAsync(app =>
        {
            app.UseAdmissionControl("shop");
            app.UseRouting();
            app.UseAdmissionControl();
        });

        Assert.Equal(200, await app.StatusAsync("/search"));

        Assert.Empty(_log.Entries);
    }

    private Task<WebApplication> StartAsync(Action<WebApplication> use) => Shop.StartAsync(
        a =>
        {
            a.AddPolicy("shop", p => p.FixedConcurrency(9));
            a.AddPolicy("search", p => p.FixedConcurrency(9));
        },
        app =>
        {
            use(app);
            app.MapGet("/plain", () => "ok");
            app.MapGet("/search", [RequireAdmissionControl("search")] () => "ok");
        },
        s => _log.AddTo(s));
}
