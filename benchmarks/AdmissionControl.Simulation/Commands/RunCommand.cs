using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Scenarios;
using Spectre.Console;
using Recorder = AdmissionControl.Simulation.Measuring.Recorder;

namespace AdmissionControl.Simulation.Commands;

/// <summary>`run`: scenarios with arms, a table each, and files of all.</summary>
internal sealed class RunCommand(Lab lab, IAnsiConsole console)
{
    public void Run(RunOptions options)
    {
        MakeFolder(options.Out);
        List<RunResult> results = [];
        foreach (Scenario scenario in options.Scenarios)
        {
            IReadOnlyList<Finished> runs = RunAll(scenario, options);
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

    /// <summary>Before the runs, so that minutes of them are not lost to a folder that cannot be.</summary>
    private static void MakeFolder(string? folder)
    {
        try
        {
            if (folder is not null)
            {
                Directory.CreateDirectory(folder);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out is '{folder}', where no folder can be made: {error.Message} Allowed is a folder, or where one can be made.");
        }
    }

    /// <summary>Every arm with every seed, in this order. Runs share nothing, so they go side by side.</summary>
    private Finished[] RunAll(Scenario scenario, RunOptions options)
    {
        int[] seeds = [.. Enumerable.Range(options.SeedOffset + 1, options.Seeds ?? scenario.Seeds)];
        double[][] oracle = [.. seeds.AsParallel().AsOrdered().Select(seed => lab.Oracle.GoodputPerPhase(scenario, seed))];
        return
        [
            .. options.Arms.SelectMany(arm => seeds.Select((seed, index) => (Arm: arm, Seed: seed, Oracle: oracle[index])))
                .AsParallel().AsOrdered()
                .Select(run => RunOne(scenario, run.Arm, run.Seed, run.Oracle)),
        ];
    }

    private Finished RunOne(Scenario scenario, string arm, int seed, double[] oracle)
    {
        var recorder = new Recorder(scenario);
        using var simulation = new Engine.Simulation(scenario, seed, lab.Arms[arm], recorder);
        simulation.Run();
        return new Finished(RunMeasure.Of(arm, seed, recorder, oracle), recorder);
    }

    private sealed record Finished(RunResult Result, Recorder Recorder);
}
