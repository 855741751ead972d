using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>Every scenario and arm at a glance: a row a scenario, a column an arm, the share of the oracle's goodput in each cell.</summary>
internal static class HeatMap
{
    private const int Width = 1400;
    private const int RowHeight = 26;
    private const int Above = 110;
    private const int Below = 50;

    public static void Draw(IReadOnlyList<ArmSummary> summaries, string path)
    {
        string[] scenarios = [.. summaries.Select(summary => summary.Scenario).Distinct()];
        string[] arms = [.. summaries.Select(summary => summary.Arm).Distinct()];
        Plot plot = new();
        foreach (ArmSummary summary in summaries)
        {
            // The first scenario is the highest row.
            int row = scenarios.Length - 1 - Array.IndexOf(scenarios, summary.Scenario);
            AddCell(plot, Array.IndexOf(arms, summary.Arm), row, summary.GoodputShare.Mean);
        }

        plot.HideGrid();
        plot.Axes.SetLimits(0, arms.Length, 0, scenarios.Length);
        plot.Axes.SetLimitsX(0, arms.Length, plot.Axes.Top);
        Label(plot.Axes.Left, [.. scenarios.Reverse()]);
        Label(plot.Axes.Top, arms);
        plot.Axes.Top.TickLabelStyle.Rotation = arms.Length > 8 ? -30 : 0;
        plot.Axes.Top.TickLabelStyle.Alignment = arms.Length > 8 ? Alignment.LowerLeft : Alignment.LowerCenter;
        plot.Axes.Bottom.TickGenerator = new EmptyTickGenerator();
        plot.XLabel("goodput, % of the oracle's, mean over the seeds; green from 97% on", size: 16);
        // Slanted names need more room than is measured for them.
        plot.Layout.Fixed(new PixelPadding(250, 90, Below, Above));
        plot.Font.Set(Palette.Font);
        plot.SavePng(path, Width, Above + Below + (RowHeight * scenarios.Length));
    }

    private static void AddCell(Plot plot, int column, int row, double share)
    {
        ScottPlot.Plottables.Rectangle cell = plot.Add.Rectangle(column, column + 1, row, row + 1);
        cell.FillColor = Palette.Share(share);
        cell.LineColor = Colors.White;
        cell.LineWidth = 2;
        string value = double.IsNaN(share) ? "-" : (100 * share).ToString("0.0", CultureInfo.InvariantCulture);
        ScottPlot.Plottables.Text text = plot.Add.Text(value, column + 0.5, row + 0.5);
        text.LabelAlignment = Alignment.MiddleCenter;
        text.LabelFontSize = 13;
        text.LabelFontColor = Palette.Axis;
    }

    private static void Label(IAxis axis, string[] names)
    {
        axis.TickGenerator = new NumericManual([.. Enumerable.Range(0, names.Length).Select(index => index + 0.5)], names);
        axis.MajorTickStyle.Length = 0;
        axis.TickLabelStyle.FontSize = 13;
        axis.TickLabelStyle.ForeColor = Palette.Axis;
    }
}
