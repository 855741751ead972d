using AdmissionControl.Simulation.Triage.Goals;
using AdmissionControl.Simulation.Triage.Measuring;
using AdmissionControl.Simulation.Triage.Reporting;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Tests.Triage.Goals;

public sealed class GoalResultTests
{
    private static readonly TriageScenario Scenario = TriageSamples.Of(slots: 2, rate: 400, seconds: 3, service: 0.01) with { Arms = ["triage", "queue"] };

    [Fact]
    public void Of_AGoalThatIsMissed_DecidesForTheShippedArmAndForControls()
    {
        GoalResult[] results = Judge(new Goal { Measure = Measure.Goodput, Phase = 0, AtLeast = 2, MissedBy = ["queue"] });

        Assert.Equal(
            [("triage", false, false, true), ("queue", false, true, true)],
            results.Select(result => (result.Arm, result.IsReached, result.IsAsAsked, result.Decides)));
        Assert.StartsWith("MISSED: triage, sample (2 slots): goodput in 'steady' at least 200.00%: ", GoalText.Of(results[0]), StringComparison.Ordinal);
        Assert.StartsWith("missed, as a control must: queue", GoalText.Of(results[1]), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AGoalThatAControlMeets_IsNotAsAsked()
    {
        GoalResult[] results = Judge(new Goal { Measure = Measure.P99, Phase = 0, AtMost = 100, MetBy = [], MissedBy = ["queue"] });

        GoalResult result = Assert.Single(results);
        Assert.True(result is { IsReached: true, IsAsAsked: false, Decides: true });
        Assert.StartsWith("MET BY A CONTROL", GoalText.Of(result), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_OtherSlotsOrOtherArms_DoNotDecide()
    {
        var goal = new Goal { Measure = Measure.Goodput, Phase = 0, AtLeast = 2, MetBy = ["triage"] };

        Assert.All(Judge(goal, Scenario with { Decides = false }), result => Assert.False(result.Decides));
        Assert.All(Judge(goal with { MetBy = ["queue"] }), result => Assert.False(result.Decides));
    }

    [Fact]
    public void Of_ARecoveryThatOneSeedHasNot_IsNotReached()
    {
        GoalResult[] results = Judge(new Goal { Measure = Measure.Recovery, Phase = 0, AtMost = 1000, MetBy = ["queue"] });

        Assert.Equal((2, false), (results[0].Figure.Missing, results[0].IsReached));
    }

    [Fact]
    public void Of_AgainstAVariant_IsTheRatioBySeed()
    {
        TriageScenario half = Scenario with { Variant = "half", Streams = [Scenario.Streams[0] with { Rate = 20 }] };
        TriageScenario whole = Scenario with
        {
            Variant = "whole",
            Streams = [Scenario.Streams[0] with { Rate = 40 }],
            Goals = [new Goal { Measure = Measure.Goodput, Phase = 0, Against = "half", AtMost = 3, MetBy = ["queue"] }],
        };
        TriageRun[] runs = [.. from scenario in new[] { half, whole } from seed in new[] { 1, 2 } select TriageRun.Of(scenario, "queue", seed)];

        GoalResult result = Assert.Single(GoalResult.Of(runs));

        Assert.Equal(runs[2].Figure(Measure.Goodput, 0) / runs[0].Figure(Measure.Goodput, 0), result.Figure.Min, 0.5);
        Assert.InRange(result.Figure.Mean, 1.3, 3);
        Assert.Empty(GoalResult.Of([.. runs.Where(run => run.Scenario == whole)]));
    }

    private static GoalResult[] Judge(Goal goal, TriageScenario? scenario = null)
    {
        scenario = (scenario ?? Scenario) with { Goals = [goal] };
        return [.. GoalResult.Of([.. from arm in scenario.Arms from seed in new[] { 1, 2 } select TriageRun.Of(scenario, arm, seed)])];
    }
}
