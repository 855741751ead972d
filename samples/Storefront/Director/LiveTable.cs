using Spectre.Console;
using Storefront.Wire;

namespace Storefront.Director;

/// <summary>The table that is redrawn while the story plays: one row a class, and a caption for the rest.</summary>
internal sealed class LiveTable
{
    public Table Table { get; } = new Table().RoundedBorder()
        .AddColumn("class").AddColumn("offered/s").AddColumn("served/s").AddColumn("p50 ms").AddColumn("p99 ms")
        .AddColumn("refused/s").AddColumn("gave up/s");

    public void Show(Sample sample)
    {
        Table.Rows.Clear();
        Table.Title = new TableTitle($"{sample.Arm} control · {sample.Phase} · {sample.At:0} s");
        foreach (ClassFigures figures in sample.Crowd.Classes.Append(sample.Crowd.Total))
        {
            Table.AddRow([figures.Class, .. Row(figures, 1 / sample.Crowd.Seconds)]);
        }

        AdmissionFigures? admission = sample.Shop?.Admission;
        Table.Caption = new TableTitle(
            $"shop {(sample.InRotation ? "in rotation" : "OUT OF ROTATION")}, ping p99 {sample.Pings.P99Ms:0} ms · "
            + $"SOP {(sample.Sop is { Dark: true } ? "DARK" : $"{sample.SopServedPerSecond:0}/s")} · "
            + $"backend {sample.Shop?.BackendInUse} in use, {sample.Shop?.BackendWaiting} waiting"
            + (admission is null ? "" : $" · limit {admission.Limit}, in flight {admission.InFlight}"));
    }

    private static string[] Row(ClassFigures f, double perSecond) =>
    [
        $"{(f.Offered + f.Retries) * perSecond:0}",
        $"{f.Served * perSecond:0}",
        $"{f.P50Ms:0}",
        $"{f.P99Ms:0}",
        $"{(f.Refused + f.RefusedByBalancer) * perSecond:0}",
        $"{f.GaveUp * perSecond:0}",
    ];
}
