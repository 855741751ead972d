using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Engine;
using AdmissionControl.Simulation.Triage.Measuring;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Tests.Triage;

/// <summary>Small triage scenarios and their runs.</summary>
internal static class TriageSamples
{
    public const string File =
        """
        {
          "name": "a", "description": "A.", "arms": ["triage", "queue"],
          "streams": [{ "name": "all-there-is", "load": 1 }],
          "phases": [{ "name": "steady", "duration": 10 }],
          "goals": [{ "measure": "goodput", "phase": 0, "atLeast": 0.5 }]
        }
        """;

    /// <summary>One service, one stream.</summary>
    /// <param name="slots">How many at once.</param>
    /// <param name="rate">Arrivals a second.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="service">How long one takes, seconds.</param>
    /// <param name="kind">How that varies.</param>
    public static TriageScenario Of(int slots, double rate, double seconds, double service, DistributionKind kind = DistributionKind.Constant) => new()
    {
        Name = "sample",
        Description = "A sample.",
        Slots = slots,
        Service = new Distribution { Kind = kind, Mean = service },
        Streams = [new TriageStream { Name = "stream", Rate = rate }],
        Phases = [new TriagePhase { Name = "steady", Duration = seconds }],
        Arms = ["queue"],
    };

    /// <summary>The same with a second phase in which nothing comes, so that all is seen to its end.</summary>
    public static TriageScenario WithClients(this TriageScenario scenario, double deadline, bool cancels = false, int attempts = 1) =>
        scenario with { Clients = new TriageClients { Deadline = deadline, Cancels = cancels, Attempts = attempts } };

    public static TriageArm Waiting(double seconds, Func<TriageArm, TriageArm>? change = null)
    {
        var arm = new TriageArm("test", "A test.", (policy, scenario) => policy.FixedConcurrency(scenario.Slots).Queue(TimeSpan.FromSeconds(seconds), maxLength: 1_000_000));
        return change is null ? arm : change(arm);
    }

    /// <summary>Waits for nobody.</summary>
    public static TriageArm Refusing { get; } = new("test", "A test.", (policy, scenario) => policy.FixedConcurrency(scenario.Slots));

    public static TriageRecorder Run(this TriageScenario scenario, TriageArm arm, int seed = 1)
    {
        scenario.Check();
        var recorder = new TriageRecorder(scenario);
        using var simulation = new TriageSimulation(scenario, arm, seed, recorder);
        simulation.Run();
        return recorder;
    }
}
