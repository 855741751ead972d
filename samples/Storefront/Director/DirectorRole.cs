using Spectre.Console;
using Storefront.Options;
using Storefront.Page;
using Storefront.Reporting;

namespace Storefront.Director;

/// <summary>The process that the user starts: plays the story without and with control, shows it and judges it.</summary>
internal static class DirectorRole
{
    public static async Task<int> RunAsync(StorefrontOptions options)
    {
        PortCheck.Require(options);
        using Signals signals = new();
        Timeline timeline = new();
        try
        {
            await using LivePage? page = options.Headless ? null : await LivePage.StartAsync(options.PagePort, timeline);
            RunReport report = await Progress.ShowAsync(options, timeline, () => PlayAsync(options, timeline, signals.Stopped));
            ReportTable.Write(AnsiConsole.Console, report);
            Save(report, timeline, options);
            if (page is not null)
            {
                await page.FinishAsync(report);
            }

            return report.ExitCode;
        }
        catch (OperationCanceledException) when (signals.Stopped.IsCancellationRequested)
        {
            Console.Error.WriteLine("Stopped; every process has ended.");
            return ExitCodes.Interrupted;
        }
        catch (ChildLostException lost)
        {
            Console.Error.WriteLine(lost.Message);
            return signals.Stopped.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.ChildLost;
        }
    }

    private static async Task<RunReport> PlayAsync(StorefrontOptions options, Timeline timeline, CancellationToken stop)
    {
        List<ArmReport> arms = [];
        foreach (bool control in Controls(options.Arm))
        {
            // Both runs meet the same flood: five times what the first one measured.
            double? capacity = arms.Count == 0 ? null : arms[0].CapacityPerSecond;
            arms.Add(await new Arm(options, control, TimeProvider.System).PlayAsync(capacity, timeline.Add, stop));
        }

        return RunReport.Of(options, arms);
    }

    private static bool[] Controls(ArmChoice arm) => arm switch
    {
        ArmChoice.With => [true],
        ArmChoice.Without => [false],
        _ => [false, true],
    };

    private static void Save(RunReport report, Timeline timeline, StorefrontOptions options)
    {
        if (options.JsonFile is not null)
        {
            ReportFile.Write(report, options.JsonFile);
        }

        if (options.PlotFile is not null)
        {
            ResultPicture.Draw(report, timeline.From(0), options.PlotFile);
        }
    }
}
