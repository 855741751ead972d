using System.Globalization;
using AdmissionControl.Simulation.Triage.Goals;

namespace AdmissionControl.Simulation.Triage.Checking;

/// <summary>What has become worse since the golden figures.</summary>
/// <param name="Regressions">A sentence each; none when all is well.</param>
/// <param name="IsExact">Whether every figure is the golden one, to its last digit.</param>
internal sealed record TriageComparison(IReadOnlyList<string> Regressions, bool IsExact)
{
    // Of a share half a point, of a time a twentieth; where the seeds leave more to chance, the golden interval.
    private const double ShareTolerance = 0.005;
    private const double TimeTolerance = 0.05;

    public static TriageComparison Of(IReadOnlyList<TriageGoldenRow> golden, IReadOnlyList<TriageGoldenRow> now)
    {
        Dictionary<(string, Measure), TriageGoldenRow> before = golden.ToDictionary(Key);
        List<string> regressions = [];
        foreach (TriageGoldenRow row in now)
        {
            if (!before.TryGetValue(Key(row), out TriageGoldenRow? was))
            {
                regressions.Add($"{row.Key}: {row.Measure} has no golden figure; `triage --update` writes it.");
            }
            else if (IsWorse(row, was))
            {
                regressions.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Key}: {row.Measure} is {row.Figure:0.####}{Verdict(row)}; golden is {was.Figure:0.####}{Verdict(was)}."));
            }
        }

        return new TriageComparison(regressions, regressions.Count == 0 && now.All(row => row.Equals(before[Key(row)])));
    }

    public static (string Key, Measure Measure) Key(TriageGoldenRow row) => (row.Key, row.Measure);

    private static bool IsWorse(TriageGoldenRow now, TriageGoldenRow was)
    {
        if (was.IsAsAsked && !now.IsAsAsked)
        {
            return true;
        }

        bool isShare = now.Key.EndsWith("at-least", StringComparison.Ordinal);
        double halfWidth = double.IsNaN(was.HalfWidth) ? 0 : was.HalfWidth;
        double allowed = Math.Max(halfWidth, isShare ? ShareTolerance : TimeTolerance * was.Figure);
        // A figure that does not exist any more is worse than any.
        return !double.IsNaN(was.Figure) && !(isShare ? now.Figure >= was.Figure - allowed : now.Figure <= was.Figure + allowed);
    }

    private static string Verdict(TriageGoldenRow row) => row.IsAsAsked ? "" : ", which is not as it must be";
}
