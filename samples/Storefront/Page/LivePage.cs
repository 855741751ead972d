using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Storefront.Director;
using Storefront.Reporting;
using Storefront.Wire;

namespace Storefront.Page;

/// <summary>The live page: static files, and the samples as server-sent events.</summary>
internal sealed class LivePage : IAsyncDisposable
{
    /// <summary>Time for open pages to take the last event.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly Timeline _timeline;
    private readonly TaskCompletionSource<RunReport> _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LivePage(WebApplication app, Timeline timeline)
    {
        _app = app;
        _timeline = timeline;
    }

    public static async Task<LivePage> StartAsync(int port, Timeline timeline)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        // Plotly's script comes from the package's static web assets, which only Development would serve by itself.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        LivePage page = new(builder.Build(), timeline);
        page._app.UseDefaultFiles();
        page._app.UseStaticFiles();
        page._app.MapGet("/events", (CancellationToken gone) => TypedResults.ServerSentEvents(page.EventsAsync(gone)));
        await page._app.StartAsync();
        return page;
    }

    public async Task FinishAsync(RunReport report)
    {
        _finished.TrySetResult(report);
        await Task.Delay(Farewell, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await _app.StopAsync(now.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
    }

    private async IAsyncEnumerable<SseItem<string>> EventsAsync([EnumeratorCancellation] CancellationToken gone)
    {
        int seen = 0;
        while (!gone.IsCancellationRequested)
        {
            IReadOnlyList<Sample> samples = _timeline.From(seen);
            seen += samples.Count;
            if (samples.Count > 0)
            {
                yield return new SseItem<string>(JsonSerializer.Serialize(samples, LineJson.Options), "samples");
            }

            if (_finished.Task.IsCompletedSuccessfully)
            {
                yield return new SseItem<string>(JsonSerializer.Serialize(await _finished.Task, LineJson.Options), "finished");
                yield break;
            }

            await Task.WhenAny(_timeline.MoreThanAsync(seen, gone), _finished.Task);
        }
    }
}
