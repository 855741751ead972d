using AdmissionControl.DependencyInjection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.AspNetCore.Tests;

/// <summary>An application under test, in memory, on a clock that stands still.</summary>
internal static class Shop
{
    public static WebApplication Build(
        Action<AdmissionControlBuilder> policies, Action<WebApplication> map, Action<IServiceCollection>? services = null, FakeTimeProvider? time = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<TimeProvider>(time ?? new FakeTimeProvider());
        builder.Services.AddHealthChecks();
        builder.Services.AddAdmissionControl(policies);
        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        map(app);
        return app;
    }

    public static async Task<WebApplication> StartAsync(
        Action<AdmissionControlBuilder> policies, Action<WebApplication> map, Action<IServiceCollection>? services = null, FakeTimeProvider? time = null)
    {
        WebApplication app = Build(policies, map, services, time);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    public static AdmissionController Policy(this WebApplication app, string name) => app.Services.GetRequiredService<AdmissionPolicies>()[name];

    public static Task<HttpResponseMessage> GetAsync(this WebApplication app, string path) =>
        app.GetTestClient().GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public static async Task<int> StatusAsync(this WebApplication app, string path) => (int)(await app.GetAsync(path)).StatusCode;
}
