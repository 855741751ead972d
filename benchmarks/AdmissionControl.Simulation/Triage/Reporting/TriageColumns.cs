using System.Globalization;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Triage.Goals;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Reporting;

/// <summary>What a table of a file shows: the same in the terminal and in a report. Streams stand in one column each, in the order of the file.</summary>
internal static class TriageColumns
{
    /// <summary>The titles of the columns.</summary>
    /// <param name="scenarios">The variants of one file.</param>
    public static string[] Titles(IReadOnlyCollection<TriageScenario> scenarios) =>
    [
        "variant", "slots", "arm", "phase",
        .. Streams(scenarios).Select(stream => $"{stream}, %"),
        "goodput, %", "p50, ms", "p99, ms",
        .. Recovers(scenarios) ? ["recovery, s"] : Array.Empty<string>(),
        "refused, %",
    ];

    public static string[] Cells(TriageRow row, IReadOnlyCollection<TriageScenario> scenarios)
    {
        TriageScenario scenario = row.Scenario;
        return
        [
            scenario.Variant,
            Figures.Count(scenario.Slots),
            row.Arm,
            scenario.Phases[row.Phase].Name,
            .. Streams(scenarios).Select(stream => scenario.Streams.Any(known => known.Name == stream) ? Share(row.Figure(Measure.Success, stream)) : "-"),
            Share(row.Figure(Measure.Goodput)),
            Figures.Milliseconds(row.Figure(Measure.P50)),
            Figures.Milliseconds(row.Figure(Measure.P99)),
            .. Recovers(scenarios) ? [Recovers(scenario, row.Phase) ? Figures.Seconds(row.Figure(Measure.Recovery)) : ""] : Array.Empty<string>(),
            Refused(row),
        ];
    }

    /// <summary>Elsewhere a recovery says nothing: an overload that lasts has none.</summary>
    private static bool Recovers(TriageScenario scenario, int phase) =>
        scenario.Goals.Any(goal => goal.Measure == Measure.Recovery && goal.Phase == phase);

    private static bool Recovers(IEnumerable<TriageScenario> scenarios) =>
        scenarios.Any(scenario => Enumerable.Range(0, scenario.Phases.Count).Any(phase => Recovers(scenario, phase)));

    private static IEnumerable<string> Streams(IEnumerable<TriageScenario> scenarios) =>
        scenarios.SelectMany(scenario => scenario.Streams.Select(stream => stream.Name)).Distinct();

    /// <summary>The mean, and between which the seeds lie when that is not the same.</summary>
    private static string Share(Summary share)
    {
        string mean = Text(share.Mean);
        (string min, string max) = (Text(share.Min), Text(share.Max));
        return min == max ? mean : $"{mean} [{min}..{max}]";
    }

    private static string Text(double share) => double.IsNaN(share) ? "-" : (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>Attempts by the reason of their refusal, in percent of all, the most frequent first.</summary>
    private static string Refused(TriageRow row)
    {
        double attempts = row.Attempts(null);
        return string.Join(", ", Enum.GetValues<RejectionReason>()
            .Select(reason => (Reason: reason, Share: row.Refused(reason, null) / attempts))
            .Where(refusal => refusal.Share >= 0.0005)
            .OrderByDescending(refusal => refusal.Share)
            .Select(refusal => $"{refusal.Reason} {Text(refusal.Share)}"));
    }
}
