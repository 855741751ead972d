using Storefront.Wire;

namespace Storefront.Reporting;

/// <summary>One run of the story.</summary>
/// <param name="Name">"without" or "with".</param>
/// <param name="Control">Whether the shop called AdmissionControl.</param>
/// <param name="CapacityPerSecond">Measured before the phases, closed loop.</param>
/// <param name="CapacitySteps">What each number of workers reached.</param>
/// <param name="Phases">Calm, flood, calm again.</param>
/// <param name="Shop">The shop process over the arm.</param>
internal sealed record ArmReport(
    string Name,
    bool Control,
    double CapacityPerSecond,
    IReadOnlyList<CapacityStep> CapacitySteps,
    IReadOnlyList<PhaseReport> Phases,
    ShopReport Shop)
{
    public PhaseReport Flood => Phases.Single(phase => phase.Name == Director.Phases.Flood);
}

/// <summary>The shop process over an arm: its pauses, and the policy's last word on the flood; null without control.</summary>
internal sealed record ShopReport(double GcPauseMs, double WorstTimerDelayMs, AdmissionFigures? AdmissionAtFloodEnd);
