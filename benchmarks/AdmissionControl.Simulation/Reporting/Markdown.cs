using System.Text;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>The results as a page: every scenario and arm at a glance, then a table a scenario.</summary>
internal static class Markdown
{
    public static string Of(IReadOnlyList<Scenario> scenarios, IReadOnlyList<ArmSummary> summaries, bool hasPictures)
    {
        StringBuilder page = new();
        page.Append("# Simulated overload\n\n");
        page.Append("Goodput is in % of the oracle's, the mean over the seeds. ± is half of the 95% interval by Student's t, ");
        page.Append("paired by seed with the oracle, or with the best arm; [..] are the smallest and the largest seed.\n\n");
        if (hasPictures)
        {
            page.Append($"![goodput of each arm in each scenario]({OutputFiles.HeatMap})\n\n");
        }

        AddOverview(page, scenarios, summaries);
        foreach (Scenario scenario in scenarios)
        {
            AddScenario(page, scenario, [.. summaries.Where(summary => summary.Scenario == scenario.Name)], hasPictures);
        }

        return page.ToString();
    }

    private static void AddOverview(StringBuilder page, IReadOnlyList<Scenario> scenarios, IReadOnlyList<ArmSummary> summaries)
    {
        string[] arms = [.. summaries.Select(summary => summary.Arm).Distinct()];
        Dictionary<(string, string), ArmSummary> cells = summaries.ToDictionary(summary => (summary.Scenario, summary.Arm));
        AddRow(page, ["scenario", .. arms]);
        AddRow(page, ["---", .. arms.Select(_ => "---:")]);
        foreach (Scenario scenario in scenarios)
        {
            AddRow(page, [scenario.Name, .. arms.Select(arm => Figures.Percent(cells[(scenario.Name, arm)].GoodputShare.Mean))]);
        }
    }

    private static void AddScenario(StringBuilder page, Scenario scenario, IReadOnlyList<ArmSummary> arms, bool hasPictures)
    {
        page.Append($"\n## {scenario.Name}\n\n{scenario.Description} {arms[0].Seeds} seeds.\n\n");
        AddRow(page, ReportColumns.All.Select(column => column.Title));
        AddRow(page, ReportColumns.All.Select((_, index) => index == 0 ? "---" : "---:"));
        foreach (ArmSummary arm in arms)
        {
            AddRow(page, ReportColumns.All.Select(column => column.Value(arm)));
        }

        if (hasPictures)
        {
            page.Append($"\n![{scenario.Name} against time]({OutputFiles.Timeline(scenario)})\n");
        }
    }

    internal static void AddRow(StringBuilder page, IEnumerable<string> cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
