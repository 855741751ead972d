using System.Globalization;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Scenarios;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>A run of a few arms against time: limit, in flight, goodput and latency, one above the other.</summary>
internal static class Timeline
{
    private const int Width = 1400;
    private const int Height = 1300;
    private const int Rows = 4;
    private const int MostPoints = 200;

    // 1, 2 and 5 of every power of ten.
    private static readonly double[] Ticks =
        [.. Enumerable.Range(-3, 12).Select(exponent => Math.Pow(10, exponent)).SelectMany(power => new[] { power, 2 * power, 5 * power })];

    public static void Draw(int seed, IReadOnlyList<(string Arm, Recorder Recorder)> runs, string path)
    {
        Scenario scenario = runs[0].Recorder.Scenario;
        Multiplot picture = new();
        picture.AddPlots(Rows);
        picture.Layout = new ScottPlot.MultiplotLayouts.Rows();
        (string Arm, TimelinePoint[] Points)[] lines = [.. runs.Select(run => (run.Arm, TimelinePoint.Of(run.Recorder, MostPoints)))];

        AddLogarithmic(picture.GetPlot(0), "limit", lines, point => point.Limit);
        AddLogarithmic(picture.GetPlot(1), "in flight, most", lines, point => point.InFlight);
        AddGoodput(picture.GetPlot(2), scenario, lines);
        AddLatency(picture.GetPlot(3), scenario, lines);
        for (int row = 0; row < Rows; row++)
        {
            Frame(picture.GetPlot(row), scenario, row);
        }

        // The second line is room for the names of the phases.
        picture.GetPlot(0).Title($"{scenario.Name}, seed {seed}\n ", size: 18);
        picture.SavePng(path, Width, Height);
    }

    private static void AddGoodput(Plot plot, Scenario scenario, (string Arm, TimelinePoint[] Points)[] lines)
    {
        plot.YLabel("good answers / s\n(dotted: capacity)", size: 14);
        AddCapacity(plot, scenario);
        AddLines(plot, lines, point => point.Goodput);

        // A capacity far above what comes is left out, or the lines would lie on the axis.
        plot.Axes.AutoScaleY();
        double most = lines.SelectMany(line => line.Points).Max(point => point.Goodput);
        plot.Axes.SetLimitsY(0, Math.Max(1e-3, Math.Min(plot.Axes.GetLimits().Top, 2 * most)));
    }

    private static void AddLatency(Plot plot, Scenario scenario, (string Arm, TimelinePoint[] Points)[] lines)
    {
        double objective = 1000 * scenario.Objective;
        plot.Add.HorizontalLine(Math.Log10(objective), 1.5f, Palette.Axis, LinePattern.Dotted);
        AddLogarithmic(plot, "mean latency, ms\n(dotted: objective)", lines, point => 1000 * point.Latency, objective);
        plot.XLabel("seconds", size: 14);
    }

    private static void Frame(Plot plot, Scenario scenario, int row)
    {
        AddPhases(plot, scenario, named: row == 0);
        if (row == 0)
        {
            plot.ShowLegend(Edge.Right);
        }
        else
        {
            plot.HideLegend();
        }

        plot.Font.Set(Palette.Font);
        plot.Axes.SetLimitsX(0, scenario.Duration);

        // The same on both sides of each row, or times would not stand under each other.
        plot.Layout.Fixed(new PixelPadding(110, 160, row == Rows - 1 ? 50 : 30, row == 0 ? 70 : 12));
    }

    private static void AddLines(Plot plot, (string Arm, TimelinePoint[] Points)[] lines, Func<TimelinePoint, double> value)
    {
        for (int index = 0; index < lines.Length; index++)
        {
            (string arm, TimelinePoint[] points) = lines[index];
            TimelinePoint[] known = [.. points.Where(point => double.IsFinite(value(point)))];
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(
                known.Select(point => point.Seconds).ToArray(), known.Select(value).ToArray(), Palette.Arm(index));
            line.LineWidth = 2;
            line.LegendText = arm;
        }
    }

    /// <summary>On a scale of powers of ten, because limits and latencies of bad arms are hundreds of times those of good ones.</summary>
    private static void AddLogarithmic(
        Plot plot,
        string unit,
        (string Arm, TimelinePoint[] Points)[] lines,
        Func<TimelinePoint, double> value,
        double alsoShown = double.NaN)
    {
        plot.YLabel(unit, size: 14);
        AddLines(plot, lines, point => value(point) > 0 ? Math.Log10(value(point)) : double.NaN);
        double[] shown =
        [
            .. lines.SelectMany(line => line.Points).Select(value).Append(alsoShown).Where(number => number > 0 && double.IsFinite(number)),
        ];
        if (shown.Length == 0)
        {
            return;
        }

        plot.Axes.Left.TickGenerator = new NumericManual([.. Ticks.Select(Math.Log10)], [.. Ticks.Select(Text)]);
        plot.Axes.SetLimitsY(Math.Log10(shown.Min() / 1.3), Math.Log10(shown.Max() * 1.3));
    }

    private static void AddCapacity(Plot plot, Scenario scenario)
    {
        List<double> times = [];
        List<double> capacities = [];
        double start = 0;
        foreach (Phase phase in scenario.Phases)
        {
            double capacity = Math.Min(scenario.Capacity(phase), phase.DownstreamRate ?? double.PositiveInfinity);
            if (double.IsFinite(capacity))
            {
                times.AddRange([start, start + phase.Duration]);
                capacities.AddRange([capacity, capacity]);
            }

            start += phase.Duration;
        }

        ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(times.ToArray(), capacities.ToArray(), Palette.Axis);
        line.LinePattern = LinePattern.Dotted;
        line.LineWidth = 1.5f;
    }

    private static void AddPhases(Plot plot, Scenario scenario, bool named)
    {
        double start = 0;
        foreach (Phase phase in scenario.Phases)
        {
            ScottPlot.Plottables.VerticalLine edge = plot.Add.VerticalLine(start, 1, Palette.Axis, LinePattern.Dashed);
            if (named)
            {
                edge.LabelText = PhaseLabel.Of(phase);
                edge.LabelOppositeAxis = true;
                edge.LabelAlignment = Alignment.LowerLeft;
                edge.LabelFontColor = Palette.Axis;
                edge.LabelBackgroundColor = Colors.Transparent;
                edge.LabelFontSize = 12;
                edge.LabelFontName = Palette.Font;
                edge.LabelBold = false;
            }

            start += phase.Duration;
        }
    }

    private static string Text(double tick) => tick.ToString("#,0.###", CultureInfo.InvariantCulture);
}
