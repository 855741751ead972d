using Spectre.Console;
using Storefront.Options;
using Storefront.Reporting;

namespace Storefront.Director;

/// <summary>What the terminal shows meanwhile: a live table when it can redraw, else a line now and then.</summary>
internal static class Progress
{
    /// <summary>Wide enough for the lines and the final table when the output goes to a file.</summary>
    private const int WidthOfFile = 140;

    public static async Task<RunReport> ShowAsync(StorefrontOptions options, Timeline timeline, Func<Task<RunReport>> play)
    {
        if (!AnsiConsole.Profile.Out.IsTerminal)
        {
            AnsiConsole.Profile.Width = WidthOfFile;
        }

        if (!options.Headless)
        {
            AnsiConsole.WriteLine($"Live page: http://127.0.0.1:{options.PagePort}");
        }

        bool live = !options.Headless && AnsiConsole.Profile.Out.IsTerminal && AnsiConsole.Profile.Capabilities.Interactive;
        return live ? await LiveAsync(timeline, play) : await PlainAsync(timeline, play);
    }

    private static async Task<RunReport> PlainAsync(Timeline timeline, Func<Task<RunReport>> play)
    {
        PlainProgress progress = new(Console.Out);
        return await FollowAsync(timeline, play(), progress.Show);
    }

    private static Task<RunReport> LiveAsync(Timeline timeline, Func<Task<RunReport>> play)
    {
        LiveTable table = new();
        return AnsiConsole.Live(table.Table).AutoClear(true).StartAsync(context => FollowAsync(timeline, play(), sample =>
        {
            table.Show(sample);
            context.Refresh();
        }));
    }

    private static async Task<RunReport> FollowAsync(Timeline timeline, Task<RunReport> playing, Action<Sample> show)
    {
        int seen = 0;
        while (await Task.WhenAny(playing, timeline.MoreThanAsync(seen, CancellationToken.None)) != playing)
        {
            foreach (Sample sample in timeline.From(seen))
            {
                show(sample);
                seen++;
            }
        }

        return await playing;
    }
}
