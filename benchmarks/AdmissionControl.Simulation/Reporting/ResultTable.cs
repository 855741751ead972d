using AdmissionControl.Simulation.Scenarios;
using Spectre.Console;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>The arms of one scenario side by side in the terminal.</summary>
internal static class ResultTable
{
    // Wide enough for every column in one line.
    private const int WidthOfFile = 200;

    // A border and a space on both sides of a column, of which neighbours share the border.
    private const int Padding = 3;

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
        (string Title, Func<ArmSummary, string> Value)[] columns = [.. ReportColumns.All.Take(Fitting(console.Profile.Width, arms))];
        foreach ((string title, _) in columns)
        {
            table.AddColumn(new TableColumn(title) { Alignment = table.Columns.Count == 0 ? Justify.Left : Justify.Right, NoWrap = true });
        }

        foreach (ArmSummary arm in arms)
        {
            table.AddRow([.. columns.Select(column => new Text(column.Value(arm)))]);
        }

        console.Write(table);
        if (columns.Length < ReportColumns.All.Count)
        {
            console.WriteLine($"The terminal is too narrow for {string.Join("; ", ReportColumns.All.Skip(columns.Length).Select(column => column.Title))}.");
        }

        console.WriteLine();
    }

    /// <summary>How many columns there is room for, the most important first; at least two. Squeezed together they would be unreadable.</summary>
    private static int Fitting(int width, IReadOnlyList<ArmSummary> arms)
    {
        int used = 1;
        int fitting = ReportColumns.All.TakeWhile(column => (used += Padding + arms.Max(arm => Math.Max(column.Title.Length, column.Value(arm).Length))) <= width).Count();
        return Math.Max(2, fitting);
    }
}
