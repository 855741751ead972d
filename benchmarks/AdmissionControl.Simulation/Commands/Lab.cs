using System.Collections.Concurrent;
using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Oracles;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Commands;

/// <summary>What every command works with. Thread-safe.</summary>
/// <param name="Arms">The arms by name.</param>
/// <param name="Oracle">What they are measured against.</param>
internal sealed record Lab(IReadOnlyDictionary<string, ArmSpec> Arms, IOracle Oracle)
{
    /// <summary>The same lab, with an oracle that keeps what it finds in a folder; this one when that is null.</summary>
    public Lab WithCache(string? folder) => folder is null ? this : this with { Oracle = new OracleCache(Oracle, folder) };

    /// <summary>One run, measured against the oracle.</summary>
    public Finished Run(Scenario scenario, string arm, int seed)
    {
        double[] oracle = Oracle.GoodputPerPhase(scenario, seed);
        var recorder = new Recorder(scenario);
        using var simulation = new Engine.Simulation(scenario, seed, Arms[arm].Create, recorder);
        simulation.Run();
        return new Finished(RunMeasure.Of(arm, seed, recorder, oracle), recorder);
    }

    /// <summary>Work that shares nothing, on all cores; the results are in the order of the items.</summary>
    public static TResult[] SideBySide<T, TResult>(IEnumerable<T> items, Func<T, TResult> work) =>
        [.. Partitioner.Create(items, EnumerablePartitionerOptions.NoBuffering).AsParallel().AsOrdered().Select(work)];

    /// <summary>A run that is done.</summary>
    internal sealed record Finished(RunResult Result, Recorder Recorder);
}
