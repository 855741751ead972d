using System.Globalization;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Reporting;

namespace AdmissionControl.Simulation.Checking;

/// <summary>What has become worse since the golden figures.</summary>
/// <param name="Regressions">A sentence each; none when all is well.</param>
/// <param name="IsExact">Whether every figure is the golden one, to its last digit, as with an unchanged law.</param>
internal sealed record Comparison(IReadOnlyList<string> Regressions, bool IsExact)
{
    // Half a percent of the oracle; where the seeds leave more to chance, their interval.
    // It is the golden one: a law that has become erratic widens its own.
    private const double Tolerance = 0.005;

    /// <summary>Compares.</summary>
    /// <param name="golden">The figures of before.</param>
    /// <param name="now">The default's and the mutants' figures of now.</param>
    /// <param name="mutants">The mutants' names; all others are the default.</param>
    public static Comparison Of(IReadOnlyList<GoldenRow> golden, IReadOnlyList<GoldenRow> now, IReadOnlyCollection<string> mutants)
    {
        Dictionary<(string, string, int), GoldenRow> before = golden.ToDictionary(GoldenFile.Key);
        List<string> regressions = [];
        foreach (GoldenRow row in now)
        {
            if (!before.TryGetValue(GoldenFile.Key(row), out GoldenRow? was))
            {
                regressions.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Scenario}: {row.Arm} over {row.Seeds} seeds has no golden figures; `check --update` writes them."));
            }
            else if (Worsened(row, was, mutants.Contains(row.Arm)) is { } regression)
            {
                regressions.Add(regression);
            }
        }

        foreach (IGrouping<string, GoldenRow> mutant in now.Where(row => mutants.Contains(row.Arm)).GroupBy(row => row.Arm))
        {
            if (mutant.All(row => row.MeetsGoals))
            {
                regressions.Add($"{mutant.Key} fails nowhere: scenarios that it passes show nothing.");
            }
        }

        return new Comparison(regressions, regressions.Count == 0 && now.All(row => row.Equals(before[GoldenFile.Key(row)])));
    }

    private static string GoalText { get; } = $"{Figures.Percent(Goals.LeastShare)}% and {Figures.Percent(Goals.MostFalseRefusals)}%";

    private static string? Worsened(GoldenRow now, GoldenRow was, bool isMutant)
    {
        if (isMutant)
        {
            return now.MeetsGoals && !was.MeetsGoals
                ? $"{now.Scenario}: {now.Arm}, a mutant, passes with {Text(now)}; golden are {Text(was)}, which fail."
                : null;
        }

        double allowed = Math.Max(Tolerance, double.IsNaN(was.HalfWidth) ? 0 : was.HalfWidth);

        // A share that does not exist is below every other.
        if (!(now.Share >= was.Share - allowed))
        {
            return $"{now.Scenario}: {now.Arm} has {Text(now)}; golden are {Text(was)}, and {Figures.Percent(allowed)} points less are allowed.";
        }

        return was.MeetsGoals && !now.MeetsGoals
            ? $"{now.Scenario}: {now.Arm} has {Text(now)}, which misses the goals of {GoalText}; golden are {Text(was)}."
            : null;
    }

    private static string Text(GoldenRow row) => string.Create(
        CultureInfo.InvariantCulture, $"{100 * row.Share:0.00}% of the oracle and {100 * row.FalseRefusals:0.00}% false refusals");
}
