using System.Globalization;
using System.Text;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>Results as comma-separated values: the same runs give the same bytes. A figure that does not exist is an empty field.</summary>
internal static class Csv
{
    private const int Digits = 6;

    /// <summary>One line a run.</summary>
    public static string OfRuns(IEnumerable<RunResult> results)
    {
        StringBuilder text = new();
        AddLine(
            text,
            [
                "scenario", "arm", "seed", "oracle_goodput", "goodput", "goodput_share", "false_refusals", "refused_share",
                "p50_seconds", "p99_seconds", "convergence_seconds", "recovery_seconds", "regret", "final_limit",
            ]);
        foreach (RunResult run in results)
        {
            double[] figures =
            [
                run.OracleGoodput, run.Goodput, run.GoodputShare, run.FalseRefusals, run.RefusedShare,
                run.P50, run.P99, run.Convergence, run.Recovery, run.Regret, run.FinalLimit,
            ];
            AddLine(text, [run.Scenario, run.Arm, run.Seed.ToString(CultureInfo.InvariantCulture), .. figures.Select(Field)]);
        }

        return text.ToString();
    }

    /// <summary>One line a scenario and arm: mean, smallest, largest and half of the 95% interval of each figure.</summary>
    public static string OfSummaries(IEnumerable<ArmSummary> summaries)
    {
        StringBuilder text = new();
        string[] figures =
        [
            "goodput_share", "behind_best", "false_refusals", "refused_share", "p50_seconds", "p99_seconds",
            "convergence_seconds", "recovery_seconds", "regret", "final_limit",
        ];
        AddLine(text, ["scenario", "arm", "seeds", .. figures.SelectMany(Titles)]);
        foreach (ArmSummary arm in summaries)
        {
            Summary[] all =
            [
                arm.GoodputShare, arm.BehindBest, arm.FalseRefusals, arm.RefusedShare, arm.P50, arm.P99,
                arm.Convergence, arm.Recovery, arm.Regret, arm.FinalLimit,
            ];
            AddLine(text, [arm.Scenario, arm.Arm, arm.Seeds.ToString(CultureInfo.InvariantCulture), .. all.SelectMany(Fields)]);
        }

        return text.ToString();
    }

    /// <summary>One line a plant and arm.</summary>
    public static string OfPlants(IEnumerable<PlantRun> runs)
    {
        StringBuilder text = new();
        AddLine(
            text,
            [
                "plant", "description", "arm", "oracle_goodput", "goodput", "goodput_share", "false_refusals", "refused_share",
                "p50_seconds", "p99_seconds", "final_limit",
            ]);
        foreach ((Scenario plant, RunResult run) in runs)
        {
            double[] figures =
            [
                run.OracleGoodput, run.Goodput, run.GoodputShare, run.FalseRefusals, run.RefusedShare, run.P50, run.P99, run.FinalLimit,
            ];
            AddLine(text, [plant.Name, plant.Description, run.Arm, .. figures.Select(Field)]);
        }

        return text.ToString();
    }

    private static string[] Titles(string figure) => [figure, $"{figure}_min", $"{figure}_max", $"{figure}_95"];

    private static string[] Fields(Summary summary) =>
        [Field(summary.Mean), Field(summary.Min), Field(summary.Max), Field(summary.HalfWidth)];

    // Adding zero turns a negative zero, as of a tiny negative that was rounded, into a plain one.
    internal static string Field(double figure) =>
        double.IsNaN(figure) ? "" : (Math.Round(figure, Digits) + 0.0).ToString("F6", CultureInfo.InvariantCulture);

    internal static void AddLine(StringBuilder text, IEnumerable<string> fields) => text.AppendJoin(',', fields).Append('\n');
}
