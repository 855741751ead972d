using System.Globalization;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Triage.Goals;

namespace AdmissionControl.Simulation.Triage.Checking;

/// <summary>The figures that a change of triage is measured against: one line a goal, arm and number of seeds.</summary>
internal static class TriageGolden
{
    private const string Header = "key,measure,figure,figure_95,as_asked";

    /// <summary>Where it is committed, below the checkout.</summary>
    public static string CommittedPath { get; } = Path.Combine("benchmarks", "results", "simulation", "triage-golden.csv");

    /// <exception cref="FormatException">There is no such file, or a line is no row; the message says which and what is allowed.</exception>
    public static IReadOnlyList<TriageGoldenRow> Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new FormatException($"{path}: there is no such file; `triage --update` writes it.");
        }

        string[] lines = File.ReadAllLines(path);
        return lines.Length > 0 && lines[0] == Header
            ? [.. lines.Skip(1).Select((line, index) => Parse(line) ?? throw new FormatException($"{path}: line {index + 2} is '{line}'; allowed is '{Header}'."))]
            : throw new FormatException($"{path}: the first line is '{lines.FirstOrDefault()}'; allowed is '{Header}'.");
    }

    public static void Save(string path, IEnumerable<TriageGoldenRow> rows) =>
        File.WriteAllText(path, string.Concat(rows.OrderBy(row => Line(row), StringComparer.Ordinal).Select(Line).Prepend(Header).Select(line => line + '\n')));

    private static string Line(TriageGoldenRow row) =>
        $"{row.Key},{row.Measure},{Csv.Field(row.Figure)},{Csv.Field(row.HalfWidth)},{(row.IsAsAsked ? "yes" : "no")}";

    private static TriageGoldenRow? Parse(string line) =>
        line.Split(',') is [string key, string measure, string figure, string halfWidth, "yes" or "no"] fields
        && Enum.TryParse(measure, out Measure known)
        && TryFigure(figure, out double mean)
        && TryFigure(halfWidth, out double half)
            ? new TriageGoldenRow(key, known, mean, half, fields[4] == "yes")
            : null;

    private static bool TryFigure(string field, out double figure)
    {
        figure = double.NaN;
        return field.Length == 0 || double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out figure);
    }
}
