using AdmissionControl.Simulation.Measuring;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>What an arm came to in a scenario, over its seeds.</summary>
/// <remarks>
/// <see cref="BehindBest"/> is the goodput share of the arm with the best mean minus this one's, by seed; its interval is the paired one.
/// </remarks>
internal sealed record ArmSummary(
    string Scenario,
    string Arm,
    int Seeds,
    Summary GoodputShare,
    Summary BehindBest,
    Summary FalseRefusals,
    Summary RefusedShare,
    Summary P50,
    Summary P99,
    Summary Convergence,
    Summary Recovery,
    Summary Regret,
    Summary FinalLimit)
{
    /// <summary>Sums up the runs of each scenario and arm, in the order in which they first appear.</summary>
    /// <param name="results">Runs; all arms of a scenario have the same seeds.</param>
    public static IReadOnlyList<ArmSummary> Of(IEnumerable<RunResult> results) =>
        [.. results.GroupBy(result => result.Scenario).SelectMany(OfScenario)];

    private static IEnumerable<ArmSummary> OfScenario(IGrouping<string, RunResult> scenario)
    {
        RunResult[][] arms = [.. scenario.GroupBy(result => result.Arm).Select(runs => runs.OrderBy(run => run.Seed).ToArray())];
        RunResult[] best = arms.MaxBy(runs => runs.Average(run => run.GoodputShare))!;
        return arms.Select(runs => Of(scenario.Key, runs, best));
    }

    private static ArmSummary Of(string scenario, RunResult[] runs, RunResult[] best) => new(
        scenario,
        runs[0].Arm,
        runs.Length,
        Summary.Of(runs.Select(run => run.GoodputShare)),
        Summary.OfDifferences(best.Select(run => run.GoodputShare), runs.Select(run => run.GoodputShare)),
        Summary.Of(runs.Select(run => run.FalseRefusals)),
        Summary.Of(runs.Select(run => run.RefusedShare)),
        Summary.Of(runs.Select(run => run.P50)),
        Summary.Of(runs.Select(run => run.P99)),
        Summary.Of(runs.Select(run => run.Convergence)),
        Summary.Of(runs.Select(run => run.Recovery)),
        Summary.Of(runs.Select(run => run.Regret)),
        Summary.Of(runs.Select(run => run.FinalLimit)));
}
