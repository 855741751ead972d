using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Checking;

/// <summary>The form that takes seconds: two seeds of the variants that say so, at the slots that decide, with the shipped arm and the controls.</summary>
internal static class TriageShortForm
{
    private const int Seeds = 2;

    public static IEnumerable<TriageScenario> Of(IEnumerable<TriageScenario> scenarios) => scenarios
        .Where(scenario => scenario is { Decides: true, IsShort: true })
        .Select(scenario => scenario with
        {
            Seeds = Math.Min(Seeds, scenario.Seeds),
            Arms = [.. scenario.Arms.Where(arm => arm == TriageArms.Shipped || scenario.Goals.Any(goal => goal.MissedBy.Contains(arm)))],
        });
}
