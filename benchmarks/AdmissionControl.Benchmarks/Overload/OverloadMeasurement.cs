using System.Globalization;
using AdmissionControl.Benchmarks.Hosting;

namespace AdmissionControl.Benchmarks.Overload;

/// <summary>
/// The verb <c>kestrel-overload</c>: what the package's default limit does for a real server that is asked for more than it can do. A run
/// that is quick, or too noisy to say, is printed and writes no report.
/// </summary>
internal static class OverloadMeasurement
{
    private const int MarksMet = 0;
    private const int MarkMissed = 1;
    private const int TooNoisy = 3;
    private const int BadUsage = 64;

    private const int WorkSeed = 11;
    private const int ArrivalSeed = 7;

    private static readonly double[] Loads = [0.5, 0.8, 1, 2, 3, 5];
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly int Cores = Environment.ProcessorCount;

    /// <summary>The exit code: of the marks of the default arm.</summary>
    /// <param name="arguments">Those after the verb.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        (OverloadOptions? options, string? error) = OverloadOptions.Parse(arguments);
        if (options is null)
        {
            await Console.Error.WriteLineAsync(error);
            return BadUsage;
        }

        string[] prefix = options.ServerCores is { } cores ? ["taskset", "--cpu-list", cores] : [];
        StepPlan plan = options.IsQuick
            ? new StepPlan(Loads, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2))
            : new StepPlan(Loads, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(7));
        long units = long.Parse(await LoadedHost.RunAsync(quota: null, "calibrate"), CultureInfo.InvariantCulture);
        Baseline baseline;
        using (ServerProcess server = Serve(Arm.None, TimeSpan.Zero))
        {
            baseline = await BaselineMeasurement.RunAsync(server, Cores, TimeSpan.FromSeconds(options.IsQuick ? 2 : 3), Clock);
        }

        var report = new OverloadReport(options, baseline, plan);
        report.WriteHead(Machine.Line);
        Arm[] arms = options.IsQuick ? [Arm.Adaptive] : Enum.GetValues<Arm>();
        List<ArmResult> results = [];
        foreach (Arm arm in arms)
        {
            Console.WriteLine($"{arm}: {plan.Duration.TotalSeconds:F0} s");
            using ServerProcess server = Serve(arm, baseline.Objective);
            results.Add(await MeasureAsync(arm, server, plan, baseline));
            report.Write(results[^1]);
        }

        ArmResult judged = results.Single(r => r.Arm == Arm.Adaptive);
        IReadOnlyList<string> noise = Marks.Noise(judged, baseline);
        report.WriteNoise(noise);
        Console.WriteLine(report);
        if (noise.Count > 0)
        {
            return TooNoisy;
        }

        if (!options.IsQuick)
        {
            string name = options.WorksInline ? "kestrel-overload-inline.md" : "kestrel-overload.md";
            await File.WriteAllTextAsync(Path.Combine(ResultsFolder.Path, name), report.ToString());
        }

        return Marks.Judge(judged, baseline).All(m => m.IsMet) ? MarksMet : MarkMissed;

        ServerProcess Serve(Arm arm, TimeSpan objective) =>
            new(prefix, Clock, "overload", arm, objective.TotalSeconds, options.WorksInline, units, WorkSeed);
    }

    private static async Task<ArmResult> MeasureAsync(Arm arm, ServerProcess server, StepPlan plan, Baseline baseline)
    {
        using var door = new Door(server.Address);
        var load = new OpenLoad(door.AskAsync, plan, Clock);
        IEnumerable<Arrival> arrivals = Arrivals.Draw(plan, baseline.CapacityPerSecond, ArrivalSeed);

        // A thread of its own: it must keep its schedule, and the pool its threads for the answers.
        await Task.Factory.StartNew(
            () => load.Run(arrivals), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return new ArmResult(arm, [.. plan.Steps.Select((step, i) => new StepResult(
            step.Load,
            load.Settling[i].Figures(step.Settled - step.Start, baseline.Objective),
            load.Measured[i].Figures(step.End - step.Settled, baseline.Objective),
            HostFigures.Of(server.Observed(TimestampAt(step.Settled), TimestampAt(step.End)), Clock.GetElapsedTime, Cores)))]);

        long TimestampAt(TimeSpan time) => load.Start + (long)(time.TotalSeconds * Clock.TimestampFrequency);
    }
}
