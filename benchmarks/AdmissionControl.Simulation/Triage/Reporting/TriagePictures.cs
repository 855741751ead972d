using System.Globalization;
using AdmissionControl.Simulation.Triage.Goals;
using AdmissionControl.Simulation.Triage.Measuring;
using AdmissionControl.Simulation.Triage.Scenarios;
using ScottPlot;
using ScottPlot.TickGenerators;
using Palette = AdmissionControl.Simulation.Reporting.Palette;

namespace AdmissionControl.Simulation.Triage.Reporting;

/// <summary>The success of each stream, an arm beside the other: against the load, or against time.</summary>
internal static class TriagePictures
{
    private const int Width = 1400;
    private const int Height = 480;
    private const int SlicesAPoint = 5;

    private static readonly string[] Shown = ["queue", Arms.TriageArms.Shipped];

    /// <summary>Draws what the files ask for.</summary>
    /// <returns>The picture's file of each scenario that has one.</returns>
    public static IReadOnlyDictionary<string, string> Draw(IReadOnlyList<TriageRun> runs, string folder)
    {
        Dictionary<string, string> pictures = [];
        foreach (IGrouping<string, TriageRun> file in runs.Where(run => run.Scenario is { Decides: true, Picture: not Picture.None }).GroupBy(run => run.Scenario.Name))
        {
            TriageRun[] ofFile = [.. file.Where(run => Shown.Contains(run.Arm))];
            if (ofFile.Length > 0)
            {
                string name = $"triage-{file.Key}.png";
                Draw(ofFile, Path.Combine(folder, name));
                pictures.Add(file.Key, name);
            }
        }

        return pictures;
    }

    private static void Draw(TriageRun[] runs, string path)
    {
        string[] arms = [.. Shown.Where(arm => runs.Any(run => run.Arm == arm))];
        Multiplot picture = new();
        picture.AddPlots(arms.Length);
        picture.Layout = new ScottPlot.MultiplotLayouts.Columns();
        for (int index = 0; index < arms.Length; index++)
        {
            Plot plot = picture.GetPlot(index);
            TriageRun[] ofArm = [.. runs.Where(run => run.Arm == arms[index])];
            if (ofArm[0].Scenario.Picture == Picture.Load)
            {
                AddLoad(plot, ofArm);
            }
            else
            {
                AddTime(plot, ofArm);
            }

            plot.Title(arms[index], size: 16);
            plot.YLabel("answered in time, %", size: 14);
            plot.Axes.SetLimitsY(-3, 103);
            plot.ShowLegend(Alignment.MiddleRight);
            plot.Font.Set(Palette.Font);
        }

        picture.SavePng(path, Width, Height);
    }

    private static void AddLoad(Plot plot, TriageRun[] runs)
    {
        int phase = runs[0].Scenario.Phases.Count - 1;
        IGrouping<double, TriageRun>[] loads = [.. runs.GroupBy(run => run.Scenario.Offered(phase)).OrderBy(load => load.Key)];
        double[] positions = [.. loads.Select(load => Math.Log10(load.Key))];
        AddLines(plot, runs[0].Scenario, positions, stream => [.. loads.Select(load => load.Average(run => run.Figure(Measure.Success, phase, stream.Name)))]);
        plot.Axes.Bottom.TickGenerator = new NumericManual(positions, [.. loads.Select(load => load.Key.ToString("0.#", CultureInfo.InvariantCulture))]);
        plot.XLabel("load, multiples of the capacity", size: 14);
    }

    private static void AddTime(Plot plot, TriageRun[] runs)
    {
        TriageScenario scenario = runs[0].Scenario;
        int points = (int)(scenario.Duration / TriageRecorder.SliceSeconds / SlicesAPoint);
        double[] positions = [.. Enumerable.Range(0, points).Select(point => (point + 0.5) * SlicesAPoint * TriageRecorder.SliceSeconds)];
        AddLines(plot, scenario, positions, stream =>
        {
            int index = scenario.Streams.Index().First(known => known.Item == stream).Index;
            return [.. Enumerable.Range(0, points).Select(point => Success(runs, index, point * SlicesAPoint))];
        });
        double start = 0;
        foreach (TriagePhase phase in scenario.Phases)
        {
            plot.Add.VerticalLine(start, 1, Palette.Axis, LinePattern.Dashed);
            start += phase.Duration;
        }

        plot.XLabel("seconds", size: 14);
        plot.Axes.SetLimitsX(0, scenario.Duration);
    }

    private static double Success(TriageRun[] runs, int stream, int first)
    {
        TriageSlice[] slices = [.. runs.SelectMany(run => run.Series[stream].AsSpan(first, SlicesAPoint).ToArray())];
        return (double)slices.Sum(slice => slice.Good) / Math.Max(1, slices.Sum(slice => slice.Offered));
    }

    private static void AddLines(Plot plot, TriageScenario scenario, double[] positions, Func<TriageStream, double[]> shares)
    {
        foreach ((int index, TriageStream stream) in scenario.Streams.Index())
        {
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(positions, [.. shares(stream).Select(share => 100 * share)], Palette.Arm(index));
            line.LineWidth = 2.5f;
            line.LegendText = stream.Name;
        }
    }
}
