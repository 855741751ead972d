using System.Net;
using Storefront.Options;
using Storefront.Roles;
using Storefront.Wire;

namespace Storefront.Sop;

/// <summary>The process of SOP: its model behind POST /orders. It knows nothing of admission control.</summary>
internal static class SopRole
{
    public static async Task<int> RunAsync(StorefrontOptions options)
    {
        TimeProvider clock = TimeProvider.System;
        SopModel model = new(clock);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.SopPort));
        await using WebApplication app = builder.Build();
        app.MapPost("/orders", (HttpContext context) => TakeOrderAsync(context, model, clock));
        await app.StartAsync();

        ParentLink director = new();
        ParentLink.Listen(_ => { });
        director.Send(new Ready());
        await ReportingLoop.RunAsync(director, model.Figures, clock);
        return 0;
    }

    private static async Task TakeOrderAsync(HttpContext context, SopModel model, TimeProvider clock)
    {
        SopTicket ticket = model.Arrive();
        if (ticket.Verdict == SopVerdict.Accepted)
        {
            // Not cancelled with the request: SOP works on for a caller who has left.
            await Task.Delay(ticket.DoneIn, clock);
            if (model.Complete(ticket))
            {
                return;
            }
        }

        if (ticket.Verdict == SopVerdict.Refused)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        await HangAsync(context, clock);
    }

    private static async Task HangAsync(HttpContext context, TimeProvider clock)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    }
}
