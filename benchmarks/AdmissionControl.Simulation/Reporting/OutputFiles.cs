using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>The files of a report, all in one folder.</summary>
internal static class OutputFiles
{
    public const string Runs = "runs.csv";
    public const string Summary = "summary.csv";
    public const string Report = "report.md";
    public const string HeatMap = "heat-map.png";

    public static string Timeline(Scenario scenario) => $"{scenario.Name}.png";

    /// <summary>Writes what has figures. Files of an earlier report are replaced.</summary>
    public static void Write(string folder, IReadOnlyList<Scenario> scenarios, IReadOnlyList<RunResult> results, bool hasPictures)
    {
        IReadOnlyList<ArmSummary> summaries = ArmSummary.Of(results);
        File.WriteAllText(Path.Combine(folder, Runs), Csv.OfRuns(results));
        File.WriteAllText(Path.Combine(folder, Summary), Csv.OfSummaries(summaries));
        File.WriteAllText(Path.Combine(folder, Report), Markdown.Of(scenarios, summaries, hasPictures));
        if (hasPictures)
        {
            Reporting.HeatMap.Draw(summaries, Path.Combine(folder, HeatMap));
        }
    }
}
