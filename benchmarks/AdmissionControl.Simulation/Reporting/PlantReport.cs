using System.Text;
using AdmissionControl.Simulation.Measuring;
using Spectre.Console;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>Runs of random plants: a table of the arms and the worst plants of the first, in the terminal and as a page.</summary>
/// <param name="Title">Which plants these are.</param>
/// <param name="Arms">What each arm came to.</param>
/// <param name="Worst">The plants on which the first arm does worst, from the worst on.</param>
internal sealed record PlantReport(string Title, IReadOnlyList<PlantSummary> Arms, IReadOnlyList<PlantRun> Worst)
{
    public const string Runs = "plants.csv";
    public const string Page = "plants.md";

    private const int WorstCount = 10;

    private static readonly Column<PlantSummary>[] ArmColumns =
    [
        new("arm", false, arm => arm.Arm),
        new("within 3% of the oracle, % of plants", true, arm => Figures.Percent(arm.Within)),
        new("mean, % of oracle", true, arm => Figures.Percent(arm.Mean)),
        new("least, %", true, arm => Figures.Percent(arm.Least)),
        new("plants below 90%", true, arm => Figures.Count(arm.Poor)),
        new("plants where it is ahead of ours by 2%", true, arm => arm.Ahead is { } ahead ? Figures.Count(ahead) : ""),
    ];

    private static readonly Column<PlantRun>[] WorstColumns =
    [
        new("plant", false, run => run.Plant.Name),
        new("goodput, % of oracle", true, run => Figures.Percent(run.Share)),
        new("false refusals, %", true, run => Figures.Percent(run.Result.FalseRefusals)),
        new("what it is", false, run => run.Plant.Description),
    ];

    public static PlantReport Of(string title, IReadOnlyList<PlantRun> runs, IReadOnlyCollection<string> published, string ours)
    {
        IReadOnlyList<PlantSummary> arms = PlantSummary.Of(runs, published, ours);
        return new PlantReport(title, arms, [.. runs.Where(run => run.Arm == arms[0].Arm).OrderBy(run => run.Share).Take(WorstCount)]);
    }

    public void Write(IAnsiConsole console)
    {
        console.WriteLine(Title);
        AddTable(console, ArmColumns, Arms);
        console.WriteLine($"The worst of {Arms[0].Arm}");
        AddTable(console, WorstColumns, Worst);
    }

    public string ToMarkdown()
    {
        StringBuilder page = new();
        page.Append("# Random plants\n\n").Append(Title).Append("\n\n");
        page.Append("A goodput is in % of the oracle's on the same plant. The goals of the default: 95% of the plants within 3% of the oracle, ");
        page.Append("a mean of 98%, no plant below 90%, and no published arm ahead by more than 2% on more than 2% of the plants.\n\n");
        AddTable(page, ArmColumns, Arms);
        page.Append("\n## The worst of ").Append(Arms[0].Arm).Append("\n\n");
        page.Append("c: cores; FIFO or PS: in order of arrival or shared; S: mean service time; d: pure delay; ");
        page.Append("load: over capacity; L0: initial limit; O: objective over the mean time of S and d.\n\n");
        AddTable(page, WorstColumns, Worst);
        return page.ToString();
    }

    private static void AddTable<T>(IAnsiConsole console, Column<T>[] columns, IEnumerable<T> rows)
    {
        Table table = new Table { Border = console.Profile.Out.IsTerminal ? TableBorder.Rounded : TableBorder.Markdown };
        foreach (Column<T> column in columns)
        {
            table.AddColumn(new TableColumn(column.Title) { Alignment = column.IsNumber ? Justify.Right : Justify.Left });
        }

        foreach (T row in rows)
        {
            table.AddRow([.. columns.Select(column => new Text(column.Value(row)))]);
        }

        console.Write(table);
        console.WriteLine();
    }

    private static void AddTable<T>(StringBuilder page, Column<T>[] columns, IEnumerable<T> rows)
    {
        Markdown.AddRow(page, columns.Select(column => column.Title));
        Markdown.AddRow(page, columns.Select(column => column.IsNumber ? "---:" : "---"));
        foreach (T row in rows)
        {
            Markdown.AddRow(page, columns.Select(column => column.Value(row)));
        }
    }

    private sealed record Column<T>(string Title, bool IsNumber, Func<T, string> Value);
}
