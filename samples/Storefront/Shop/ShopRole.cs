using System.Net;
using Storefront.Options;
using Storefront.Roles;
using Storefront.Wire;

namespace Storefront.Shop;

/// <summary>The process of the shop.</summary>
internal static class ShopRole
{
    public static async Task<int> RunAsync(StorefrontOptions options)
    {
        TimeProvider clock = TimeProvider.System;
        using Backend backend = new(options.BackendConnections, clock);
        ShopAdmission admission = new(options.Control);
        await using WebApplication app = Build(options, backend, admission);
        ShopTraffic traffic = new();
        app.Use(traffic.CountAsync);
        admission.Use(app);
        admission.Rank(ShopRoutes.Map(app));
        await app.StartAsync();

        ParentLink director = new();
        ParentLink.Listen(_ => { });
        director.Send(new Ready());
        PoolStalls stalls = new(clock);
        await ReportingLoop.RunAsync(director, Figures, clock);
        return 0;

        Line Figures() => new ShopFigures(
            backend.InUse,
            backend.Waiting,
            traffic.InFlight,
            GC.GetTotalPauseDuration().TotalMilliseconds,
            stalls.Take().TotalMilliseconds,
            ShopAdmission.Figures(app.Services));
    }

    private static WebApplication Build(StorefrontOptions options, Backend backend, ShopAdmission admission)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.ShopPort));
        builder.Services.AddSingleton(backend);
        IHttpClientBuilder sop = builder.Services.AddHttpClient<SopClient>(client =>
        {
            client.BaseAddress = new Uri($"http://127.0.0.1:{options.SopPort}");
            client.Timeout = options.SopTimeout;
        });
        admission.AddTo(builder.Services, sop);
        return builder.Build();
    }
}
