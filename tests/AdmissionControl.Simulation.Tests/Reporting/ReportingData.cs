using AdmissionControl.Simulation.Measuring;

namespace AdmissionControl.Simulation.Tests.Reporting;

/// <summary>Runs made by hand.</summary>
internal static class ReportingData
{
    public static RunResult Run(string scenario, string arm, int seed, double share, double recovery = 0) => new(
        scenario, arm, seed, OracleGoodput: 800, 800 * share, share, FalseRefusals: 0.001, RefusedShare: 0.5,
        P50: 0.02, P99: 0.1, Convergence: 1.5, recovery, Regret: 1 - share, FinalLimit: 21);
}
