using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Checking;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Scenarios;
using Spectre.Console;

namespace AdmissionControl.Simulation.Commands;

/// <summary>`check`: the default and the mutants against the goals and the golden figures.</summary>
internal sealed class CheckCommand(Lab lab, IAnsiConsole console)
{
    /// <summary>The exit code when a figure has become worse.</summary>
    public const int Regressed = 1;

    /// <summary>The exit code when nothing could be run, of this and of every command.</summary>
    public const int CouldNotRun = 2;

    /// <summary>Runs; says whether nothing has become worse.</summary>
    public bool Run(CheckOptions options) => Run(
        options,
        [
            .. ShippedScenarios.Load()
                .Where(scenario => options.HasHeldOut || !scenario.IsHeldOut)
                .Where(scenario => !options.IsShort || ShortForm.Has(scenario))
                .Select(scenario => options.IsShort ? ShortForm.Of(scenario) : scenario),
        ]);

    internal bool Run(CheckOptions options, IReadOnlyList<Scenario> scenarios)
    {
        // Read first: a bad file is said before minutes of runs.
        IReadOnlyList<GoldenRow> golden = options.IsUpdate && !File.Exists(options.Golden) ? [] : GoldenFile.Load(options.Golden);
        RunResult[] results = RunAll(lab.WithCache(options.Cache), scenarios, options.IsDefaultOnly ? [] : Mutants);
        GoldenRow[] rows = Rows(results);
        CheckTable.Write(console, rows, Mutants);
        if (options.Out is { } folder)
        {
            OutputFiles.Write(folder, scenarios, results, hasPictures: false);
        }

        if (options.IsUpdate)
        {
            GoldenRow[] replacing = [.. rows.IntersectBy(golden.Select(GoldenFile.Key), GoldenFile.Key)];
            CheckTable.WriteReplaced(console, Comparison.Of(golden, replacing, Mutants));
            golden = GoldenFile.Merge(golden, [.. rows.Union(Rows(ShortOf(results, scenarios)))]);
            GoldenFile.Save(options.Golden, golden);
            console.WriteLine($"Written to {options.Golden}.");
        }

        Comparison comparison = Comparison.Of(golden, rows, Mutants);
        CheckTable.Write(console, comparison);
        return comparison.Regressions.Count == 0;
    }

    private string[] Mutants => [.. lab.Arms.Values.Where(arm => arm.Kind == ArmKind.Mutant).Select(arm => arm.Name)];

    private static GoldenRow[] Rows(IEnumerable<RunResult> results) => [.. ArmSummary.Of(results).Select(GoldenRow.Of)];

    /// <summary>What the short form would have run, so that an update of the whole is one of both.</summary>
    private static IEnumerable<RunResult> ShortOf(IEnumerable<RunResult> results, IEnumerable<Scenario> scenarios)
    {
        Dictionary<string, int> seeds = scenarios.Where(ShortForm.Has)
            .ToDictionary(scenario => scenario.Name, scenario => ShortForm.Of(scenario).Seeds);
        return results.Where(run => seeds.TryGetValue(run.Scenario, out int most) && run.Seed <= most);
    }

    private static RunResult[] RunAll(Lab cached, IReadOnlyList<Scenario> scenarios, string[] mutants)
    {
        string[] arms = [ArmCatalog.Default, ArmCatalog.ToldNothing, .. mutants];
        RunResult[][] results = Lab.SideBySide(
            scenarios.SelectMany(scenario => Enumerable.Range(1, scenario.Seeds).Select(seed => (Scenario: scenario, Seed: seed))),
            run => arms.Select(arm => cached.Run(run.Scenario, arm, run.Seed).Result).ToArray());
        return [.. results.SelectMany(runs => runs)];
    }
}
