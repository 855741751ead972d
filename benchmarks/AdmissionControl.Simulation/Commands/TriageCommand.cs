using AdmissionControl.Simulation.Triage.Checking;
using AdmissionControl.Simulation.Triage.Goals;
using AdmissionControl.Simulation.Triage.Measuring;
using AdmissionControl.Simulation.Triage.Reporting;
using AdmissionControl.Simulation.Triage.Scenarios;
using Spectre.Console;

namespace AdmissionControl.Simulation.Commands;

/// <summary>`triage`: who gets through when more is asked for than can be served.</summary>
internal sealed class TriageCommand(IAnsiConsole console)
{
    /// <summary>Runs; says whether every goal that decides is as it must be.</summary>
    public bool Run(TriageRunOptions options)
    {
        // Read first: a bad file is said before minutes of runs.
        IReadOnlyList<TriageGoldenRow> golden = options.Golden is { } path && (File.Exists(path) || !options.IsUpdate) ? TriageGolden.Load(path) : [];
        List<TriageRun> runs = [];
        foreach (IGrouping<string, TriageScenario> file in options.Scenarios.GroupBy(scenario => scenario.Name))
        {
            TriageScenario[] scenarios = [.. file];
            TriageRun[] ofFile = RunAll(scenarios, options.Arms);
            runs.AddRange(ofFile);
            if (ofFile.Length > 0)
            {
                TriageTable.Write(console, scenarios, ofFile);
            }
        }

        IReadOnlyList<GoalResult> goals = GoalResult.Of(runs);
        TriageTable.Write(console, goals);
        if (options.Out is { } folder)
        {
            TriageFiles.Write(folder, runs, goals);
        }

        return Compare(options, golden, goals) & goals.All(goal => goal.IsAsAsked || !goal.Decides);
    }

    /// <summary>Compares with the golden figures, or makes these the golden ones; says whether nothing has become worse.</summary>
    private bool Compare(TriageRunOptions options, IReadOnlyList<TriageGoldenRow> golden, IReadOnlyList<GoalResult> goals)
    {
        TriageGoldenRow[] rows = [.. goals.Select(TriageGoldenRow.Of)];
        if (options.IsUpdate)
        {
            TriageGolden.Save(options.Golden!, [.. golden.ExceptBy(rows.Select(TriageComparison.Key), TriageComparison.Key), .. rows]);
            console.WriteLine($"Written to {options.Golden}.");
            return true;
        }

        if (!options.IsCheck)
        {
            return true;
        }

        TriageComparison comparison = TriageComparison.Of(golden, rows);
        foreach (string regression in comparison.Regressions)
        {
            console.WriteLine(regression);
        }

        console.WriteLine(comparison switch
        {
            { Regressions.Count: > 0 and int count } => $"Worse than the golden figures: {count}.",
            { IsExact: true } => "The golden figures exactly.",
            _ => "Nothing is worse than the golden figures; some differ. `triage --update` makes these the golden ones.",
        });
        return comparison.Regressions.Count == 0;
    }

    /// <summary>Every scenario with every arm and seed, in this order.</summary>
    private static TriageRun[] RunAll(IEnumerable<TriageScenario> scenarios, IReadOnlyList<string>? arms) => Lab.SideBySide(
        from scenario in scenarios
        from arm in scenario.Arms
        where arms is null || arms.Contains(arm)
        from seed in Enumerable.Range(1, scenario.Seeds)
        select (Scenario: scenario, Arm: arm, Seed: seed),
        run => TriageRun.Of(run.Scenario, run.Arm, run.Seed));
}
