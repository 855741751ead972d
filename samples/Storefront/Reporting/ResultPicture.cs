using ScottPlot;
using Storefront.Director;
using Storefront.Wire;

namespace Storefront.Reporting;

/// <summary>The result as a picture for the README: one column an arm, one row a subject, the same axes in each row.</summary>
internal static class ResultPicture
{
    private const int Width = 1400;
    private const int Height = 900;
    private const double LongestLatencyMs = 2000;

    private static readonly (string Class, Color Colour)[] Classes =
    [
        ("browse", Color.FromHex("#1c7ed6")),
        ("search", Color.FromHex("#2b8a3e")),
        ("recommendations", Color.FromHex("#e8890c")),
        ("checkout", Color.FromHex("#c2255c")),
    ];

    public static void Draw(RunReport report, IReadOnlyList<Sample> samples, string path)
    {
        Multiplot picture = new();
        picture.AddPlots(3 * report.Arms.Count);
        picture.Layout = new ScottPlot.MultiplotLayouts.Grid(rows: 3, columns: report.Arms.Count);
        for (int column = 0; column < report.Arms.Count; column++)
        {
            ArmReport arm = report.Arms[column];
            Sample[] own = [.. samples.Where(sample => sample.Arm == arm.Name && sample.Phase != Phases.Capacity)];
            own = [.. own.Select(sample => sample with { At = sample.At - own[0].At })];
            Goodput(picture.GetPlot(column), report, arm, own);
            Latency(picture.GetPlot(report.Arms.Count + column), own);
            Orders(picture.GetPlot((2 * report.Arms.Count) + column), own);
        }

        picture.SavePng(path, Width, Height);
    }

    private static void Goodput(Plot plot, RunReport report, ArmReport arm, Sample[] samples)
    {
        double share = arm.Flood.GoodputPerSecond / report.CapacityPerSecond;
        plot.Title($"{arm.Name} control: {share:P0} of capacity answered in time in the flood");
        Frame(plot, samples, "answered in time, requests/s", 0, report.CapacityPerSecond * 1.5);
        double[] floor = new double[samples.Length];
        foreach ((string name, Color colour) in Classes)
        {
            double[] top = [.. samples.Select((s, i) => floor[i] + (s.Crowd.Classes.Single(c => c.Class == name).Served / s.Crowd.Seconds))];
            ScottPlot.Plottables.FillY band = plot.Add.FillY(Times(samples), floor, top);
            band.FillColor = colour.WithAlpha(0.8);
            band.LineWidth = 0;
            band.LegendText = name;
            floor = top;
        }

        ScottPlot.Plottables.HorizontalLine capacity = plot.Add.HorizontalLine(report.CapacityPerSecond, 1.5f, Colors.Black, LinePattern.Dashed);
        capacity.LegendText = "measured capacity";
        plot.ShowLegend(Alignment.UpperRight, Orientation.Horizontal);
    }

    private static void Latency(Plot plot, Sample[] samples)
    {
        Frame(plot, samples, "latency, ms", 0, LongestLatencyMs * 1.3);
        Sample[] answered = [.. samples.Where(sample => sample.Crowd.Total.Served > 0)];
        Line(plot, answered, "p50 of the answered", "#1c7ed6", sample => sample.Crowd.Total.P50Ms);
        Line(plot, answered, "p99 of the answered", "#5f3dc4", sample => sample.Crowd.Total.P99Ms);
        Line(plot, samples, "slowest ping", "#0b7285", sample => sample.Pings.MaxMs);
        plot.ShowLegend(Alignment.UpperRight, Orientation.Horizontal);
    }

    private static void Orders(Plot plot, Sample[] samples)
    {
        Frame(plot, samples, "orders/s", 0, 16);
        plot.XLabel("seconds", size: 13);
        Line(plot, samples, "SOP serves", "#868e96", sample => sample.SopServedPerSecond);
        Line(plot, samples, "checkouts in time", "#c2255c", sample => Checkout(sample).Served / sample.Crowd.Seconds);
        Sample[] dark = [.. samples.Where(sample => sample.Sop is { Dark: true })];
        ScottPlot.Plottables.Scatter outage = plot.Add.ScatterPoints(Times(dark), [.. dark.Select(_ => 13.0)], Color.FromHex("#e03131"));
        outage.MarkerShape = MarkerShape.FilledSquare;
        outage.LegendText = "SOP does not answer";
        plot.ShowLegend(Alignment.UpperRight, Orientation.Horizontal);
    }

    private static void Frame(Plot plot, Sample[] samples, string unit, double bottom, double top)
    {
        plot.YLabel(unit, size: 13);
        plot.Axes.SetLimits(0, samples[^1].At, bottom, top);
        double[] flood = [.. samples.Where(sample => sample.Phase == Phases.Flood).Select(sample => sample.At)];
        if (flood.Length > 0)
        {
            plot.Add.HorizontalSpan(flood[0], flood[^1], Color.FromHex("#e03131").WithAlpha(0.08));
        }
    }

    private static void Line(Plot plot, Sample[] samples, string name, string colour, Func<Sample, double> value)
    {
        ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(Times(samples), [.. samples.Select(value)], Color.FromHex(colour));
        line.LineWidth = 1.5f;
        line.LegendText = name;
    }

    private static double[] Times(Sample[] samples) => [.. samples.Select(sample => sample.At)];

    private static ClassFigures Checkout(Sample sample) => sample.Crowd.Classes.Single(c => c.Class == "checkout");
}
