using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Tests.Engine;

/// <summary>Short ways to a run.</summary>
internal static class Runs
{
    public static Arm Unlimited(ArmContext context) => new FixedArm(double.PositiveInfinity);

    public static Scenario Of(StageSpec stage, params Phase[] phases) =>
        new() { Name = "test", Objective = 0.2, Stages = [stage], Phases = phases };

    public static StageSpec Cores(
        int cores, double mean, DistributionKind kind = DistributionKind.Exponential, double shape = 1, StageKind stage = StageKind.Fifo) =>
        new() { Kind = stage, Cores = cores, IsHost = true, Service = new Distribution { Kind = kind, Mean = mean, Shape = shape } };

    public static Recorder Run(this Scenario scenario, int seed = 1, Func<ArmContext, Arm>? arm = null)
    {
        var recorder = new Recorder(scenario);
        using var simulation = new Simulation.Engine.Simulation(scenario, seed, arm ?? Unlimited, recorder);
        simulation.Run();
        return recorder;
    }

    /// <summary>The mean latency of all that was answered after the first seconds, seconds.</summary>
    public static double MeanLatency(this Recorder recorder, double after = 10)
    {
        Slice[] slices = [.. recorder.Series.Skip((int)(after / recorder.SliceSeconds))];
        return slices.Sum(slice => slice.Latency) / 1e9 / slices.Sum(slice => (double)slice.Answered);
    }
}
