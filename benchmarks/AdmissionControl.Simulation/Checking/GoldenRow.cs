using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Reporting;

namespace AdmissionControl.Simulation.Checking;

/// <summary>What an arm came to in a scenario, in the digits of the golden file, so that the same runs are the same row.</summary>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Arm">The arm's name.</param>
/// <param name="Seeds">Over how many seeds, from the first.</param>
/// <param name="Share">The mean goodput share.</param>
/// <param name="HalfWidth">Half of its 95% interval; NaN of one seed.</param>
/// <param name="FalseRefusals">The mean share of false refusals.</param>
internal sealed record GoldenRow(string Scenario, string Arm, int Seeds, double Share, double HalfWidth, double FalseRefusals)
{
    private const int Digits = 6;

    public bool MeetsGoals => Goals.AreMet(Share, FalseRefusals);

    public static GoldenRow Of(ArmSummary summary) => new(
        summary.Scenario,
        summary.Arm,
        summary.Seeds,
        Math.Round(summary.GoodputShare.Mean, Digits),
        Math.Round(summary.GoodputShare.HalfWidth, Digits),
        Math.Round(summary.FalseRefusals.Mean, Digits));
}
