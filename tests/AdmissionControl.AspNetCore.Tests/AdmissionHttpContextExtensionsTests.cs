using System.Globalization;
using AdmissionControl.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.AspNetCore.Tests;

public class AdmissionHttpContextExtensionsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task GetDegradeLevel_Calm_IsZeroAndLeavesNoFeature()
    {
        await using WebApplication app = await StartAsync(
            context => $"{context.GetDegradeLevel()} {context.GetAdmissionPressure()} {context.Features.Get<IAdmissionFeature>() is null}");

        Assert.Equal("0 0 True", await ReadAsync(app, "/"));
    }

    [Fact]
    public async Task GetDegradeLevel_Pressed_IsThatOfThePolicyNow()
    {
        await using WebApplication app = await StartAsync(context =>
        {
            int before = context.GetDegradeLevel();
            _time.Advance(TimeSpan.FromMinutes(1));
            return $"{before} {context.GetDegradeLevel()}";
        });
        AdmissionController shop = app.Policy("shop");
        await Flood.PressAsync(shop, _time);
        int level = shop.DegradeLevel;

        Assert.InRange(level, 1, 3);
        Assert.Equal($"{level} 0", await ReadAsync(app, "/"));
    }

    [Fact]
    public async Task GetAdmissionPressure_SeveralPolicies_IsTheHighest()
    {
        await using WebApplication app = await StartAsync(
            context => context.GetAdmissionPressure().ToString(CultureInfo.InvariantCulture) + " " + context.GetDegradeLevel());
        AdmissionController search = app.Policy("search");
        await Flood.PressAsync(search, _time);
        (double pressure, int level) = (search.Pressure, search.DegradeLevel);

        Assert.True(level > 0 && app.Policy("shop").DegradeLevel == 0);
        Assert.Equal(pressure.ToString(CultureInfo.InvariantCulture) + " " + level, await ReadAsync(app, "/search"));
        Assert.Equal("0 0", await ReadAsync(app, "/"));
    }

    [Fact]
    public async Task GetDegradeLevel_RefusedRequest_IsThereForTheHook()
    {
        int? seen = null;
        using AdmissionController shop = new("shop", Policy(), _time);
        await Flood.PressAsync(shop, _time);
        using AdmissionLease held = shop.TryAdmit(default);
        var options = new AdmissionMiddlewareOptions
        {
            OnShedding = refusal =>
            {
                seen = refusal.HttpContext.GetDegradeLevel();
                return new(true);
            },
        };
        var middleware = new AdmissionControlMiddleware(
            _ => Task.CompletedTask, new EndpointPlans(new AdmissionPolicies(["shop"], _ => shop), ["shop"]), options);

        Task request = middleware.InvokeAsync(new DefaultHttpContext());
        int level = shop.DegradeLevel;
        _time.Advance(TimeSpan.FromMilliseconds(200));
        await request;

        Assert.InRange(level, 1, 3);
        Assert.Equal(level, seen);
    }

    private static Policies.AdmissionPolicyOptions Policy()
    {
        var options = new Policies.AdmissionPolicyOptions();
        new Policies.AdmissionPolicyBuilder(options).FixedConcurrency(1).ShedByPriority();
        return options;
    }

    private Task<WebApplication> StartAsync(Func<HttpContext, string> endpoint) => Shop.StartAsync(
        a =>
        {
            a.AddPolicy("shop", p => p.FixedConcurrency(1).ShedByPriority());
            a.AddPolicy("search", p => p.FixedConcurrency(1).ShedByPriority());
        },
        app =>
        {
            app.UseAdmissionControl("shop");
            app.MapGet("/", endpoint);
            app.MapGet("/search", endpoint).RequireAdmissionControl("search");
        },
        time: _time);

    private static async Task<string> ReadAsync(WebApplication app, string path)
    {
        using HttpResponseMessage response = await app.GetAsync(path);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
