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
        return goals.All(goal => goal.IsAsAsked || !goal.Decides);
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
