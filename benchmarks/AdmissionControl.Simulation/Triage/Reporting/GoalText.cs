using System.Globalization;
using AdmissionControl.Simulation.Triage.Goals;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Reporting;

/// <summary>A goal and its figure in words.</summary>
internal static class GoalText
{
    public static string Of(GoalResult result) =>
        $"{Verdict(result)}: {result.Arm}, {Case(result.Scenario)}: {What(result.Scenario, result.Goal)} {Bound(result.Goal)}: {Figure(result)}";

    public static string Verdict(GoalResult result) => (result.IsReached, result.MustMiss) switch
    {
        (true, false) => "met",
        (false, false) => "MISSED",
        (false, true) => "missed, as a control must",
        _ => "MET BY A CONTROL",
    };

    /// <summary>The scenario's name, its variant and its slots.</summary>
    public static string Case(TriageScenario scenario) =>
        string.Create(CultureInfo.InvariantCulture, $"{scenario.Name}{(scenario.Variant.Length > 0 ? $" {scenario.Variant}" : "")} ({scenario.Slots} slots)");

    public static string What(TriageScenario scenario, Goal goal)
    {
        string measure = goal.Measure switch
        {
            Measure.LeastSuccess => "success of the stream with the least",
            Measure.P50 => "p50",
            Measure.P99 => "p99",
            _ => goal.Measure.ToString().ToLowerInvariant(),
        };
        string stream = goal.Stream is { } name ? $" of {name}" : "";
        string against = goal.Against is { } variant ? $", against {variant}," : "";
        return $"{measure}{stream} in '{scenario.Phases[goal.Phase].Name}'{against}";
    }

    public static string Bound(Goal goal) =>
        goal.AtLeast is { } least ? $"at least {Value(goal, least)}" : $"at most {Value(goal, goal.AtMost!.Value)}";

    public static string Figure(GoalResult result)
    {
        string range = $"{Value(result.Goal, result.Figure.Mean)} [{Value(result.Goal, result.Figure.Min)}..{Value(result.Goal, result.Figure.Max)}]";
        return result.Figure.Missing == 0 ? range : string.Create(CultureInfo.InvariantCulture, $"{range}, {result.Figure.Missing} seeds without");
    }

    private static string Value(Goal goal, double value) => (goal, value) switch
    {
        (_, double.NaN) => "-",
        ({ Against: not null }, _) => value.ToString("0.000", CultureInfo.InvariantCulture),
        ({ Measure: Measure.Success or Measure.LeastSuccess or Measure.Goodput }, _) => $"{(100 * value).ToString("0.00", CultureInfo.InvariantCulture)}%",
        ({ Measure: Measure.Recovery }, _) => $"{value.ToString("0.0", CultureInfo.InvariantCulture)} s",
        _ => $"{(1000 * value).ToString("0", CultureInfo.InvariantCulture)} ms",
    };
}
