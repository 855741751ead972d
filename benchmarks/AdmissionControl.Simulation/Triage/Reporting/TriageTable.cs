using AdmissionControl.Simulation.Triage.Goals;
using AdmissionControl.Simulation.Triage.Measuring;
using AdmissionControl.Simulation.Triage.Scenarios;
using Spectre.Console;

namespace AdmissionControl.Simulation.Triage.Reporting;

/// <summary>A file's variants and arms in the terminal, and which goals were met.</summary>
internal static class TriageTable
{
    // Room for the column of a stream each and for the reasons of refusals.
    private const int WidthOfFile = 320;

    public static void Write(IAnsiConsole console, IReadOnlyList<TriageScenario> scenarios, IReadOnlyList<TriageRun> runs)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = WidthOfFile;
        }

        console.MarkupLineInterpolated($"[bold]{scenarios[0].Name}[/]  {scenarios[0].Description}");
        Table table = new Table { Border = console.Profile.Out.IsTerminal ? TableBorder.Rounded : TableBorder.Markdown };
        foreach (string title in TriageColumns.Titles(scenarios))
        {
            table.AddColumn(new TableColumn(title) { NoWrap = !console.Profile.Out.IsTerminal });
        }

        foreach (TriageRow row in TriageRow.Of(runs))
        {
            table.AddRow([.. TriageColumns.Cells(row, scenarios).Select(cell => new Text(cell))]);
        }

        console.Write(table);
        console.WriteLine();
    }

    public static void Write(IAnsiConsole console, IReadOnlyList<GoalResult> goals)
    {
        foreach (GoalResult goal in goals.Where(goal => goal.Scenario.Decides))
        {
            console.WriteLine(GoalText.Of(goal));
        }

        if (goals.Any(goal => !goal.Scenario.Decides))
        {
            console.WriteLine();
            console.WriteLine("Beside, at other numbers of slots, where the goals are not set:");
            foreach (GoalResult goal in goals.Where(goal => !goal.Scenario.Decides && !goal.MustMiss))
            {
                console.WriteLine(GoalText.Of(goal));
            }
        }

        console.WriteLine();
        GoalResult[] deciding = [.. goals.Where(goal => goal.Decides)];
        console.WriteLine($"Of {deciding.Length} goals that decide, {deciding.Count(goal => goal.IsAsAsked)} are as they must be.");
    }
}
