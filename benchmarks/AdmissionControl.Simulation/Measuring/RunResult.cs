namespace AdmissionControl.Simulation.Measuring;

/// <summary>What one run of a scenario, an arm and a seed came to, in the marked parts of its phases.</summary>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Arm">The arm's name.</param>
/// <param name="Seed">The seed.</param>
/// <param name="OracleGoodput">Good answers a second of the oracle, of the same seed.</param>
/// <param name="Goodput">Good answers a second.</param>
/// <param name="GoodputShare">Goodput over the oracle's.</param>
/// <param name="FalseRefusals">The share of arrivals that were refused in phases whose load fits; 0 when there is none.</param>
/// <param name="RefusedShare">The share of arrivals that were refused.</param>
/// <param name="P50">The median latency of the answered, seconds; NaN when nobody was.</param>
/// <param name="P99">The 99th percentile of it, seconds; NaN likewise.</param>
/// <param name="Convergence">The longest time from a change until goodput was near the oracle's, seconds; NaN if it never was.</param>
/// <param name="Recovery">The same from the end of the last phase that is not marked, seconds; NaN if never, 0 when there was none.</param>
/// <param name="Regret">The share of the oracle's good answers that was missed, lead-ins included.</param>
/// <param name="FinalLimit">The limit at the end.</param>
internal sealed record RunResult(
    string Scenario,
    string Arm,
    int Seed,
    double OracleGoodput,
    double Goodput,
    double GoodputShare,
    double FalseRefusals,
    double RefusedShare,
    double P50,
    double P99,
    double Convergence,
    double Recovery,
    double Regret,
    double FinalLimit);
