using System.Text;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Goals;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Reporting;

/// <summary>The results as a page: the goals first, met or missed, then every table.</summary>
internal static class TriageMarkdown
{
    public static string Of(
        IReadOnlyList<TriageScenario> scenarios, IReadOnlyList<TriageRow> rows, IReadOnlyList<GoalResult> goals, IReadOnlyDictionary<string, string> pictures)
    {
        StringBuilder page = new();
        page.Append("# Simulated triage\n\n");
        page.Append("Who gets through when more is asked for than can be served: the shipped controller in virtual time. ");
        page.Append("A stream's figure is the share of its requests of which any attempt was answered in time; all figures are the mean over the seeds, [..] the smallest and the largest seed. ");
        page.Append("Latencies are those of the admitted, from their arrival to the end of their service, also when their client has left; probes are left out. ");
        page.Append("Refusals are in % of all attempts, by reason.\n\n");
        AddGoals(page, goals);
        AddArms(page, rows);
        foreach (IGrouping<string, TriageScenario> file in scenarios.GroupBy(scenario => scenario.Name))
        {
            AddFile(page, [.. file], [.. rows.Where(row => row.Scenario.Name == file.Key)]);
            if (pictures.TryGetValue(file.Key, out string? picture))
            {
                page.Append($"\n![{file.Key}]({picture})\n");
            }
        }

        return page.ToString();
    }

    private static void AddGoals(StringBuilder page, IReadOnlyList<GoalResult> goals)
    {
        GoalResult[] deciding = [.. goals.Where(goal => goal.Decides)];
        GoalResult[] shipped = [.. deciding.Where(goal => !goal.MustMiss)];
        GoalResult[] controls = [.. deciding.Where(goal => goal.MustMiss)];
        page.Append("## Goals\n\n");
        page.Append($"The shipped arm meets {shipped.Count(goal => goal.IsReached)} of {shipped.Length}; ");
        page.Append($"{controls.Count(goal => !goal.IsReached)} of {controls.Length} controls miss theirs, as they must.\n\n");
        AddGoalTable(page, goals.Where(goal => goal.Scenario.Decides));
        if (goals.Where(goal => !goal.Scenario.Decides && !goal.MustMiss).ToArray() is { Length: > 0 } beside)
        {
            page.Append("\n### Beside: other numbers of slots\n\nThe goals are not set there; few slots cannot be as even as many.\n\n");
            AddGoalTable(page, beside);
        }
    }

    private static void AddGoalTable(StringBuilder page, IEnumerable<GoalResult> goals)
    {
        Markdown.AddRow(page, ["scenario", "arm", "figure", "goal", "mean [smallest..largest seed]", "verdict"]);
        Markdown.AddRow(page, ["---", "---", "---", "---", "---:", "---"]);
        foreach (GoalResult goal in goals)
        {
            Markdown.AddRow(
                page,
                [GoalText.Case(goal.Scenario), goal.Arm, GoalText.What(goal.Scenario, goal.Goal), GoalText.Bound(goal.Goal), GoalText.Figure(goal), GoalText.Verdict(goal)]);
        }
    }

    private static void AddArms(StringBuilder page, IReadOnlyList<TriageRow> rows)
    {
        page.Append("\n## Arms\n\n");
        Markdown.AddRow(page, ["arm", "is"]);
        Markdown.AddRow(page, ["---", "---"]);
        foreach (TriageArm arm in TriageArms.All.Where(arm => rows.Any(row => row.Arm == arm.Name)))
        {
            Markdown.AddRow(page, [arm.Name, arm.Description]);
        }
    }

    private static void AddFile(StringBuilder page, TriageScenario[] scenarios, TriageRow[] rows)
    {
        page.Append($"\n## {scenarios[0].Name}\n\n{scenarios[0].Description} {scenarios.Max(scenario => scenario.Seeds)} seeds.\n\n");
        string[] titles = TriageColumns.Titles(scenarios);
        Markdown.AddRow(page, titles);
        Markdown.AddRow(page, titles.Select((_, index) => index is 0 or 2 or 3 ? "---" : "---:"));
        foreach (TriageRow row in rows)
        {
            Markdown.AddRow(page, TriageColumns.Cells(row, scenarios));
        }
    }
}
