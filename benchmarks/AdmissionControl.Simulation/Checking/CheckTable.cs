using AdmissionControl.Simulation.Reporting;
using Spectre.Console;

namespace AdmissionControl.Simulation.Checking;

/// <summary>A check in the terminal: each scenario, who fails where, and what has become worse.</summary>
internal static class CheckTable
{
    /// <summary>A row a scenario, a column an arm, and on which rows each fails.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<GoldenRow> rows, IReadOnlyCollection<string> mutants)
    {
        IGrouping<string, GoldenRow>[] arms = [.. rows.GroupBy(row => row.Arm)];
        Table table = new Table { Border = console.Profile.Out.IsTerminal ? TableBorder.Rounded : TableBorder.Markdown };
        table.AddColumn(new TableColumn("scenario") { NoWrap = true });
        table.AddColumn(new TableColumn("seeds") { Alignment = Justify.Right });
        foreach (IGrouping<string, GoldenRow> arm in arms)
        {
            table.AddColumn(new TableColumn(arm.Key) { Alignment = Justify.Right });
        }

        foreach (IGrouping<string, GoldenRow> scenario in rows.GroupBy(row => row.Scenario))
        {
            string[] cells = [scenario.Key, Figures.Count(scenario.First().Seeds), .. scenario.Select(Cell)];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        console.WriteLine("Goodput in % of the oracle's, in brackets false refusals in %, the mean over the seeds; ! misses the goals.");
        console.Write(table);
        console.WriteLine();
        foreach (IGrouping<string, GoldenRow> arm in arms)
        {
            string[] failed = [.. arm.Where(row => !row.MeetsGoals).Select(row => row.Scenario)];
            string role = mutants.Contains(arm.Key) ? "a mutant" : "the default";
            string where = failed.Length > 0 ? $": {string.Join(", ", failed)}" : "";
            console.WriteLine($"{arm.Key}, {role}, misses the goals in {failed.Length} of {arm.Count()} scenarios{where}.");
        }

        console.WriteLine();
    }

    /// <summary>What an update makes golden although it is worse than before.</summary>
    public static void WriteReplaced(IAnsiConsole console, Comparison comparison)
    {
        foreach (string regression in comparison.Regressions)
        {
            console.WriteLine($"Made golden although worse: {regression}");
        }
    }

    /// <summary>The verdict.</summary>
    public static void Write(IAnsiConsole console, Comparison comparison)
    {
        foreach (string regression in comparison.Regressions)
        {
            console.WriteLine(regression);
        }

        console.WriteLine(comparison switch
        {
            { Regressions.Count: > 0 and int count } => $"Worse than the golden figures: {count}.",
            { IsExact: true } => "The golden figures exactly: the law is what it was, or does the same.",
            _ => "Nothing is worse than the golden figures; some differ. `check --update` makes these the golden ones.",
        });
    }

    private static string Cell(GoldenRow row) =>
        $"{Figures.Percent(row.Share)} ({Figures.Percent(row.FalseRefusals)}){(row.MeetsGoals ? "" : " !")}";
}
