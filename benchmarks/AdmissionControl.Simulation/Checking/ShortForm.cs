using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Checking;

/// <summary>The check that takes seconds: few seeds of a handful of scenarios, one of each kind, on which every mutant fails somewhere.</summary>
internal static class ShortForm
{
    public const int Seeds = 3;

    private static readonly string[] Names =
    [
        "01b-underload-0.9x",
        "02-overload-2x",
        "03-capacity-step",
        "04-slow-dependency",
        "07-pauses",
        "12-initial-0001",
        "12-initial-1000",
        "v22-shared-5x-from-500",
    ];

    public static bool Has(Scenario scenario) => Names.Contains(scenario.Name);

    /// <summary>The scenario with the short form's seeds.</summary>
    public static Scenario Of(Scenario scenario) => scenario with { Seeds = Math.Min(Seeds, scenario.Seeds) };
}
