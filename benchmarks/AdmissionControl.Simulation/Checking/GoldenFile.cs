using System.Globalization;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Checking;

/// <summary>
/// The figures that a change of the law is measured against: one line a scenario, arm and number of seeds. The same rows give the same bytes.
/// </summary>
internal static class GoldenFile
{
    private const string Header = "scenario,arm,seeds,goodput_share,goodput_share_95,false_refusals";

    /// <summary>Where it is committed, below the checkout.</summary>
    public static string CommittedPath { get; } = Path.Combine("benchmarks", "results", "simulation", "golden.csv");

    /// <exception cref="FormatException">There is no such file, or a line is no row; the message says which and what is allowed.</exception>
    public static IReadOnlyList<GoldenRow> Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new FormatException($"{path}: there is no such file; `check --update` writes it.");
        }

        string[] lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0] != Header)
        {
            throw new FormatException($"{path}: the first line is '{lines.FirstOrDefault()}'; allowed is '{Header}'.");
        }

        return
        [
            .. lines.Skip(1).Select((line, index) =>
                Parse(line) ?? throw new FormatException($"{path}: line {index + 2} is '{line}'; allowed is '{Header}'.")),
        ];
    }

    public static void Save(string path, IEnumerable<GoldenRow> rows)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        File.WriteAllText(path, string.Concat(new[] { Header }.Concat(rows.Select(Line)).Select(line => line + '\n')));
    }

    /// <summary>The rows of before with those of now in their places. Rows of scenarios that are shipped no more go.</summary>
    public static IReadOnlyList<GoldenRow> Merge(IReadOnlyList<GoldenRow> before, IReadOnlyList<GoldenRow> now) =>
    [
        .. before.ExceptBy(now.Select(Key), Key)
            .Where(row => ShippedScenarios.Load().Any(scenario => scenario.Name == row.Scenario))
            .Concat(now)
            .OrderBy(row => row.Scenario, StringComparer.Ordinal).ThenBy(row => row.Seeds).ThenBy(row => row.Arm, StringComparer.Ordinal),
    ];

    public static (string Scenario, string Arm, int Seeds) Key(GoldenRow row) => (row.Scenario, row.Arm, row.Seeds);

    private static string Line(GoldenRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Scenario},{row.Arm},{row.Seeds},{Field(row.Share)},{Field(row.HalfWidth)},{Field(row.FalseRefusals)}");

    private static string Field(double figure) => double.IsNaN(figure) ? "" : (figure + 0.0).ToString("F6", CultureInfo.InvariantCulture);

    private static GoldenRow? Parse(string line)
    {
        string[] fields = line.Split(',');
        return fields.Length == 6
            && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out int seeds)
            && TryFigure(fields[3], out double share)
            && TryFigure(fields[4], out double halfWidth)
            && TryFigure(fields[5], out double falseRefusals)
                ? new GoldenRow(fields[0], fields[1], seeds, share, halfWidth, falseRefusals)
                : null;
    }

    private static bool TryFigure(string field, out double figure)
    {
        figure = double.NaN;
        return field.Length == 0 || double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out figure);
    }
}
