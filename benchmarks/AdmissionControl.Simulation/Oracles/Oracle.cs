using System.Collections.Concurrent;
using AdmissionControl.Policies;
using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Oracles;

/// <summary>
/// Finds the best fixed limit of each phase: the shipped controller with a limit that stands still, on the same arrivals and the same work. It knows no single
/// service time, only what came of each limit. Thread-safe.
/// </summary>
internal sealed class Oracle : IOracle
{
    private const double Ratio = 1.4;
    private const int Highest = 8192;
    private const double Hopeless = 0.5;

    private readonly ConcurrentDictionary<string, Lazy<OracleResult>> _found = new();

    /// <inheritdoc/>
    public double[] GoodputPerPhase(Scenario scenario, int seed)
    {
        // Lazy, so that those who ask at the same time search once.
        OracleResult found = _found.GetOrAdd(OracleKey.Of(scenario, seed), _ => new Lazy<OracleResult>(() => Find(scenario, seed))).Value;
        return
        [
            .. found.Good.Zip(scenario.Phases, (good, phase) => scenario.MarkedSeconds(phase) > 0 ? good / scenario.MarkedSeconds(phase) : 0),
        ];
    }

    /// <summary>Searches.</summary>
    public static OracleResult Find(Scenario scenario, int seed)
    {
        int phases = scenario.Phases.Count;
        var best = new long[phases];
        var limits = new int[phases];
        Array.Fill(best, -1);
        var tried = new HashSet<int>();
        long most = 0;
        int falls = 0;
        for (double limit = 1; limit <= Highest && falls < 3; limit = Math.Max(limit + 1, limit * Ratio))
        {
            (long total, bool everBinds) = Try((int)limit);
            falls = total < most * Hopeless ? falls + 1 : 0;
            most = Math.Max(most, total);
            if (!everBinds)
            {
                // A higher limit would change nothing.
                break;
            }
        }

        // Between the neighbours of the best.
        foreach (double step in new[] { 1 / 1.2, 1.2, 1 / 1.1, 1.1 })
        {
            foreach (int limit in limits.Distinct().ToArray())
            {
                Try(Math.Max(1, (int)Math.Round(limit * step)));
            }
        }

        return new OracleResult(best, limits);

        (long Total, bool EverBinds) Try(int limit)
        {
            if (!tried.Add(limit))
            {
                return (most, true);
            }

            var recorder = new Recorder(scenario);
            using var run = new Engine.Simulation(scenario, seed, context => new ControllerArm(Fixed(limit), context.Time), recorder);
            run.Run();
            long total = 0;
            for (int phase = 0; phase < phases; phase++)
            {
                long good = recorder.Phases[phase].Good;
                total += good;
                if (good > best[phase])
                {
                    (best[phase], limits[phase]) = (good, limit);
                }
            }

            return (total, Array.Exists(recorder.Series, slice => slice.Refused > 0));
        }
    }

    private static AdmissionPolicyOptions Fixed(int limit) =>
        new() { Concurrency = new ConcurrencyOptions { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = limit } };
}
