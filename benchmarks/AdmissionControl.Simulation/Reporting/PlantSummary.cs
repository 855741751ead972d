using AdmissionControl.Simulation.Measuring;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>What an arm came to over random plants.</summary>
/// <param name="Arm">The arm's name.</param>
/// <param name="Plants">How many.</param>
/// <param name="Within">The share of them that is near the oracle.</param>
/// <param name="Mean">The mean goodput share.</param>
/// <param name="Least">The smallest.</param>
/// <param name="Poor">How many fall below what none may.</param>
/// <param name="Ahead">On how many the arm is ahead of the default by much; null when it is no published one, or the default was not run.</param>
internal sealed record PlantSummary(string Arm, int Plants, double Within, double Mean, double Least, int Poor, int? Ahead)
{
    /// <summary>Sums up the runs of each arm, in the order in which they first appear.</summary>
    /// <param name="runs">Runs; all arms have the same plants.</param>
    /// <param name="published">The names of published arms.</param>
    /// <param name="ours">The name of the default.</param>
    public static IReadOnlyList<PlantSummary> Of(IEnumerable<PlantRun> runs, IReadOnlyCollection<string> published, string ours)
    {
        PlantRun[][] arms = [.. runs.GroupBy(run => run.Arm).Select(arm => arm.ToArray())];
        PlantRun[]? own = Array.Find(arms, arm => arm[0].Arm == ours);
        return [.. arms.Select(arm => Of(arm, published.Contains(arm[0].Arm) ? own : null))];
    }

    private static PlantSummary Of(PlantRun[] runs, PlantRun[]? ours) => new(
        runs[0].Arm,
        runs.Length,
        runs.Count(run => run.Share >= Goals.LeastShare) / (double)runs.Length,
        runs.Average(run => run.Share),
        runs.Min(run => run.Share),
        runs.Count(run => run.Share < Goals.LeastShareOfAny),
        ours is null ? null : runs.Zip(ours).Count(pair => pair.First.Share > pair.Second.Share + Goals.Ahead));
}
