using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Checking;

/// <summary>The form that takes seconds: two seeds of each variant at the slots that decide.</summary>
internal static class TriageShortForm
{
    private const int Seeds = 2;

    public static IEnumerable<TriageScenario> Of(IEnumerable<TriageScenario> scenarios) =>
        scenarios.Where(scenario => scenario.Decides).Select(scenario => scenario with { Seeds = Math.Min(Seeds, scenario.Seeds) });
}
