using System.Globalization;

namespace AdmissionControl.Benchmarks.Overload;

/// <summary>The verb <c>kestrel-overload</c>: what the package's default limit does for a real server under more load than it can take.</summary>
internal static class OverloadMeasurement
{
    private const int MarksMet = 0;
    private const int MarkMissed = 1;
    private const int TooNoisy = 3;
    private const int BadUsage = 64;

    private const int WorkSeed = 11;
    private const int ArrivalSeed = 7;
    private const string Role = "overload";

    private static readonly double[] Loads = [0.5, 0.8, 1, 2, 3, 5];
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly int Cores = Environment.ProcessorCount;

    /// <summary>The exit code.</summary>
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
        long units = long.Parse(await Hosting.LoadedHost.RunAsync(quota: null, "calibrate"), CultureInfo.InvariantCulture);
        Baseline baseline = await MeasureBaselineAsync(prefix, TimeSpan.FromSeconds(options.IsQuick ? 2 : 3), units);

        var report = new OverloadReport(baseline, plan);
        report.WriteHead(Machine.Line, options.ServerCores);
        Arm[] arms = options.IsQuick ? [Arm.Adaptive] : Enum.GetValues<Arm>();
        List<ArmResult> results = [];
        foreach (Arm arm in arms)
        {
            Console.WriteLine($"{arm}: {plan.Duration.TotalSeconds:F0} s");
            results.Add(await MeasureAsync(arm, prefix, plan, baseline, units));
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
            await File.WriteAllTextAsync(Path.Combine(ResultsFolder.Path, "kestrel-overload.md"), report.ToString());
        }

        return Marks.Judge(judged, baseline).All(m => m.IsMet) ? MarksMet : MarkMissed;
    }

    private static async Task<Baseline> MeasureBaselineAsync(string[] prefix, TimeSpan length, long units)
    {
        using var server = new ServerProcess(prefix, Clock, Role, Arm.None, 0, units, WorkSeed);
        using var door = new Door(server.Address);
        return await Baseline.MeasureAsync(door, Cores, length, Clock);
    }

    private static async Task<ArmResult> MeasureAsync(Arm arm, string[] prefix, StepPlan plan, Baseline baseline, long units)
    {
        using var server = new ServerProcess(prefix, Clock, Role, arm, baseline.Objective.TotalSeconds, units, WorkSeed);
        using var door = new Door(server.Address);
        var load = new OpenLoad(door, plan, Clock);
        IEnumerable<Arrival> arrivals = Arrivals.Draw(plan, baseline.CapacityPerSecond, ArrivalSeed);

        // A thread of its own: it must keep its schedule, and the pool its threads for the answers.
        await Task.Factory.StartNew(() => load.Run(arrivals), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return new ArmResult(arm, [.. plan.Steps.Select((step, i) => new StepResult(
            step.Load,
            load.Settling[i].Figures(step.Settled - step.Start, baseline.Objective),
            load.Measured[i].Figures(step.End - step.Settled, baseline.Objective),
            HostFigures.Of(server.Observed(TimestampAt(step.Settled), TimestampAt(step.End)), Clock.GetElapsedTime, Cores)))]);

        long TimestampAt(TimeSpan time) => load.Start + (long)(time.TotalSeconds * Clock.TimestampFrequency);
    }
}
