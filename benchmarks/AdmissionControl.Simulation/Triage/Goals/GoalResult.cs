using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Measuring;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Goals;

/// <summary>A goal and what an arm came to.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Goal">One of its goals.</param>
/// <param name="Arm">The arm.</param>
/// <param name="Figure">Over the seeds.</param>
/// <param name="MustMiss">Whether the arm is a control, which has to miss it.</param>
internal sealed record GoalResult(TriageScenario Scenario, Goal Goal, string Arm, Summary Figure, bool MustMiss)
{
    /// <summary>Whether the mean reaches it. A seed without the figure, as one that never recovered, reaches nothing.</summary>
    public bool IsReached => Figure.Missing == 0 && Goal.IsMetBy(Figure.Mean);

    /// <summary>Whether it is as it must be.</summary>
    public bool IsAsAsked => IsReached != MustMiss;

    /// <summary>Whether the command fails when it is not.</summary>
    public bool Decides => Scenario.Decides && (Arm == TriageArms.Shipped || MustMiss);

    /// <summary>Judges the goals of every scenario that was run, for the arms that were run.</summary>
    public static IReadOnlyList<GoalResult> Of(IReadOnlyList<TriageRun> runs)
    {
        ILookup<(TriageScenario, string), TriageRun> byArm = runs.ToLookup(run => (run.Scenario, run.Arm));
        return
        [
            .. from scenario in runs.Select(run => run.Scenario).Distinct()
               from goal in scenario.Goals
               from arm in goal.MetBy.Concat(goal.MissedBy)
               let own = byArm[(scenario, arm)].ToArray()
               let other = goal.Against is { } variant ? Other(runs, scenario, variant, arm) : null
               where own.Length > 0 && other is not { Length: 0 }
               select new GoalResult(scenario, goal, arm, Summary.Of(Figures(goal, own, other)), goal.MissedBy.Contains(arm)),
        ];
    }

    private static TriageRun[] Other(IReadOnlyList<TriageRun> runs, TriageScenario scenario, string variant, string arm) =>
    [
        .. runs.Where(run => run.Arm == arm && run.Scenario.Name == scenario.Name && run.Scenario.Variant == variant && run.Scenario.Slots == scenario.Slots),
    ];

    private static IEnumerable<double> Figures(Goal goal, TriageRun[] own, TriageRun[]? other) => own.Select(run =>
    {
        double figure = run.Figure(goal.Measure, goal.Phase, goal.Stream);
        return other is null ? figure : figure / other.Single(one => one.Seed == run.Seed).Figure(goal.Measure, goal.Phase, goal.Stream);
    });
}
