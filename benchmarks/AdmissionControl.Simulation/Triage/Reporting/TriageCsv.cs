using System.Globalization;
using System.Text;
using System.Text.Json;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Triage.Goals;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Reporting;

/// <summary>Results as comma-separated values, a line for each arm, phase and stream: the same runs give the same bytes. A figure that does not exist is an empty field.</summary>
internal static class TriageCsv
{
    private static readonly (string Title, Measure Measure)[] Measures =
    [
        ("success", Measure.Success), ("p50_seconds", Measure.P50), ("p99_seconds", Measure.P99), ("goodput", Measure.Goodput), ("recovery_seconds", Measure.Recovery),
    ];

    private static readonly RejectionReason[] Reasons = [.. Enum.GetValues<RejectionReason>().Where(reason => reason != RejectionReason.None)];

    public static string Of(IEnumerable<TriageRow> rows)
    {
        StringBuilder text = new();
        Csv.AddLine(
            text,
            [
                "scenario", "variant", "slots", "arm", "seeds", "phase", "stream", "offered", "attempts", "good",
                .. Measures.SelectMany(measure => new[] { measure.Title, $"{measure.Title}_min", $"{measure.Title}_max" }),
                .. Reasons.Select(reason => $"refused_{JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString())}"),
            ]);
        foreach (TriageRow row in rows)
        {
            foreach (string stream in row.Scenario.Streams.Select(stream => stream.Name).Append(TriageStream.All))
            {
                Csv.AddLine(text, Line(row, stream));
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Line(TriageRow row, string stream) =>
    [
        row.Scenario.Name, row.Scenario.Variant, Number(row.Scenario.Slots), row.Arm, Number(row.Seeds),
        Quoted(row.Scenario.Phases[row.Phase].Name), stream,
        Csv.Field(row.Offered(stream)), Csv.Field(row.Attempts(stream)), Csv.Field(row.Good(stream)),
        .. Measures.SelectMany(measure => Fields(row, stream, measure.Measure)),
        .. Reasons.Select(reason => Csv.Field(row.Refused(reason, stream))),
    ];

    /// <summary>Mean, smallest and largest. What concerns all streams stands in the line of all.</summary>
    private static string[] Fields(TriageRow row, string stream, Measure measure)
    {
        if (measure is Measure.Goodput or Measure.Recovery && stream != TriageStream.All)
        {
            return ["", "", ""];
        }

        Summary figure = row.Figure(measure, stream);
        return [Csv.Field(figure.Mean), Csv.Field(figure.Min), Csv.Field(figure.Max)];
    }

    private static string Quoted(string text) => text.Contains(',', StringComparison.Ordinal) ? $"\"{text}\"" : text;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
