using Spectre.Console;
using Storefront.Wire;

namespace Storefront.Reporting;

/// <summary>The end of the run in the terminal: the arms side by side, then the marks.</summary>
internal static class ReportTable
{
    public static void Write(IAnsiConsole console, RunReport report)
    {
        console.Write(Comparison(report));
        console.WriteLine("Flood phase, its first second included. Latencies in ms from the intended send time; served = answered 200 within 2 s.");
        if (report.Marks.Count > 0)
        {
            console.Write(MarksOf(report));
        }

        console.WriteLine(report.Verdict);
    }

    private static Table Comparison(RunReport report)
    {
        Table table = new Table().RoundedBorder().AddColumn("flood").AddColumn("figure");
        foreach (ArmReport arm in report.Arms)
        {
            table.AddColumn(new TableColumn($"{arm.Name} control").RightAligned());
        }

        for (int index = 0; index < report.Arms[0].Flood.Classes.Count; index++)
        {
            AddClass(table, report, phase => phase.Classes[index]);
        }

        AddClass(table, report, phase => phase.Total);
        Add("goodput", "/s", arm => $"{arm.Flood.GoodputPerSecond:0.0}");
        Add("", "% of capacity", arm => $"{100 * arm.Flood.GoodputPerSecond / report.CapacityPerSecond:0.0}");
        Add("capacity", "measured, /s", arm => $"{arm.CapacityPerSecond:0.0}");
        Add("pings", "sent", arm => $"{arm.Flood.Pings.Count}");
        Add("", "p99 | slowest", arm => $"{arm.Flood.Pings.P99Ms:0.0} | {arm.Flood.Pings.MaxMs:0.0}");
        Add("", "unanswered | missed", arm => $"{arm.Flood.Pings.Unanswered} | {arm.Flood.Pings.Missed}");
        Add("", "out of rotation, s", arm => $"{arm.Flood.OutOfRotationSeconds:0.0}");
        Add("SOP", "outages | dark, s", arm => $"{arm.Flood.Sop.Outages} | {arm.Flood.Sop.DarkSeconds:0.0}");
        Add("", "orders served", arm => $"{arm.Flood.Sop.Served}");
        Add("crowd", "late p50 | p99 | max", arm => Lateness(arm.Flood.Generator));
        Add("stalls", "crowd | director", arm => $"{arm.Flood.Generator.Stalls} | {arm.Flood.Director.Stalls}");
        return table;

        void Add(string subject, string figure, Func<ArmReport, string> value) =>
            table.AddRow([subject, figure, .. report.Arms.Select(value)]);
    }

    private static void AddClass(Table table, RunReport report, Func<PhaseReport, ClassFigures> pick)
    {
        ClassFigures[] arms = [.. report.Arms.Select(arm => pick(arm.Flood))];
        table.AddRow([arms[0].Class, "offered + retries", .. arms.Select(c => $"{c.Offered} + {c.Retries}")]);
        table.AddRow(["", "served in time", .. arms.Select(c => $"{c.Served}")]);
        table.AddRow(["", "p50 | p99", .. arms.Select(c => $"{c.P50Ms:0.0} | {c.P99Ms:0.0}")]);
        table.AddRow(["", "refused | by balancer", .. arms.Select(c => $"{c.Refused} | {c.RefusedByBalancer}")]);
        table.AddRow(["", "gave up | failed", .. arms.Select(c => $"{c.GaveUp} | {c.Failed}")]);
        table.AddEmptyRow();
    }

    private static string Lateness(GeneratorFigures g) => $"{g.LatenessP50Ms:0.0} | {g.LatenessP99Ms:0.0} | {g.LatenessMaxMs:0.0}";

    private static Table MarksOf(RunReport report)
    {
        Table table = new Table().RoundedBorder().AddColumn("mark, with control").AddColumn("measured").AddColumn("bound").AddColumn("");
        foreach (Mark mark in report.Marks)
        {
            table.AddRow(
                Markup.Escape(mark.Name), $"{mark.Measured:0.##} {mark.Unit}", $"{mark.Bound} {mark.Unit}", mark.Met ? "[green]met[/]" : "[red]missed[/]");
        }

        return table;
    }
}
