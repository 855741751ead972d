using AdmissionControl.Simulation.Triage.Goals;
using AdmissionControl.Simulation.Triage.Measuring;

namespace AdmissionControl.Simulation.Triage.Reporting;

/// <summary>The files of a report, all in one folder.</summary>
internal static class TriageFiles
{
    public const string Csv = "triage.csv";
    public const string Report = "triage.md";

    /// <summary>Writes them. Files of an earlier report are replaced.</summary>
    public static void Write(string folder, IReadOnlyList<TriageRun> runs, IReadOnlyList<GoalResult> goals)
    {
        TriageRow[] rows = [.. TriageRow.Of(runs)];
        IReadOnlyDictionary<string, string> pictures = TriagePictures.Draw(runs, folder);
        File.WriteAllText(Path.Combine(folder, Csv), TriageCsv.Of(rows));
        File.WriteAllText(
            Path.Combine(folder, Report), TriageMarkdown.Of([.. runs.Select(run => run.Scenario).Distinct()], rows, goals, pictures));
    }
}
