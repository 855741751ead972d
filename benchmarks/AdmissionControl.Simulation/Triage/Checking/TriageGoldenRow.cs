using AdmissionControl.Simulation.Triage.Goals;

namespace AdmissionControl.Simulation.Triage.Checking;

/// <summary>What an arm came to by one goal, in the digits of the golden file, so that the same runs are the same row.</summary>
/// <param name="Key">Which scenario, variant, slots, arm, seeds and goal.</param>
/// <param name="Measure">What the goal looks at.</param>
/// <param name="Figure">The mean; NaN when there is none.</param>
/// <param name="HalfWidth">Half of its 95% interval; NaN of one seed.</param>
/// <param name="IsAsAsked">Whether the goal is met, or missed by a control.</param>
internal sealed record TriageGoldenRow(string Key, Measure Measure, double Figure, double HalfWidth, bool IsAsAsked)
{
    private const int Digits = 6;

    public static TriageGoldenRow Of(GoalResult result) => new(
        string.Join(
            ' ',
            result.Scenario.Name,
            result.Scenario.Variant.Length > 0 ? result.Scenario.Variant : "-",
            result.Scenario.Slots,
            result.Arm,
            $"{result.Scenario.Seeds}-seeds",
            result.Goal.Stream ?? "all",
            $"phase-{result.Goal.Phase}",
            result.Goal.Against is { } variant ? $"against-{variant}" : "alone",
            result.Goal.AtLeast is not null ? "at-least" : "at-most"),
        result.Goal.Measure,
        Math.Round(result.Figure.Mean, Digits),
        Math.Round(result.Figure.HalfWidth, Digits),
        result.IsAsAsked);
}
