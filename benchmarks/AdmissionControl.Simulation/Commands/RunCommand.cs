using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Scenarios;
using Spectre.Console;

namespace AdmissionControl.Simulation.Commands;

/// <summary>`run`: scenarios with arms, a table each, and files of all.</summary>
internal sealed class RunCommand(Lab lab, IAnsiConsole console)
{
    public void Run(RunOptions options)
    {
        Lab cached = lab.WithCache(options.Cache);
        List<RunResult> results = [];
        foreach (Scenario scenario in options.Scenarios)
        {
            Lab.Finished[] runs = RunAll(cached, scenario, options);
            results.AddRange(runs.Select(run => run.Result));
            ResultTable.Write(console, scenario, ArmSummary.Of(runs.Select(run => run.Result)));
            if (options is { HasPlots: true, Out: { } folder })
            {
                int first = options.SeedOffset + 1;
                Timeline.Draw(
                    first,
                    [.. runs.Where(run => run.Result.Seed == first).Take(Palette.ArmCount).Select(run => (run.Result.Arm, run.Recorder))],
                    Path.Combine(folder, OutputFiles.Timeline(scenario)));
            }
        }

        if (options.Out is { } output)
        {
            OutputFiles.Write(output, options.Scenarios, results, options.HasPlots);
        }
    }

    /// <summary>Every arm with every seed, in this order.</summary>
    private static Lab.Finished[] RunAll(Lab lab, Scenario scenario, RunOptions options)
    {
        int[] seeds = [.. Enumerable.Range(options.SeedOffset + 1, options.Seeds ?? scenario.Seeds)];
        return Lab.SideBySide(
            options.Arms.SelectMany(arm => seeds.Select(seed => (Arm: arm, Seed: seed))),
            run => lab.Run(scenario, run.Arm, run.Seed));
    }
}
