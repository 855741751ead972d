using AdmissionControl.Simulation.Scenarios;
using Spectre.Console;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>The arms of one scenario side by side in the terminal.</summary>
internal static class ResultTable
{
    // Wide enough for every column in one line.
    private const int WidthOfFile = 200;

    /// <summary>Plain and wide when the output is no terminal.</summary>
    public static IAnsiConsole Console(TextWriter? output = null)
    {
        IAnsiConsole console = output is null
            ? AnsiConsole.Console
            : AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = WidthOfFile;
        }

        return console;
    }

    public static void Write(IAnsiConsole console, Scenario scenario, IReadOnlyList<ArmSummary> arms)
    {
        console.MarkupLineInterpolated($"[bold]{scenario.Name}[/]  {scenario.Description}");
        Table table = new Table { Border = console.Profile.Out.IsTerminal ? TableBorder.Rounded : TableBorder.Markdown };
        foreach ((string title, _) in ReportColumns.All)
        {
            table.AddColumn(new TableColumn(title) { Alignment = table.Columns.Count == 0 ? Justify.Left : Justify.Right, NoWrap = true });
        }

        foreach (ArmSummary arm in arms)
        {
            table.AddRow([.. ReportColumns.All.Select(column => new Text(column.Value(arm)))]);
        }

        console.Write(table);
        console.WriteLine();
    }
}
