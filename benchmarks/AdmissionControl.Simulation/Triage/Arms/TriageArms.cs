using AdmissionControl.Policies;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Arms;

/// <summary>All arms of the triage scenarios.</summary>
internal static class TriageArms
{
    /// <summary>The arm that is shipped, and that has to meet the goals.</summary>
    public const string Shipped = "triage";

    // Far more than any scenario keeps in flight.
    private const int Unlimited = 10_000_000;

    // A fifth above what one user of the fairness scenarios asks for.
    private const double Floor = 12;

    private static readonly TimeSpan LongestWait = TriageOptions.DefaultMaxWait;

    public static IReadOnlyList<TriageArm> All { get; } =
    [
        new(Shipped, "a fixed limit and triage, as they are by default", (policy, scenario) => Shed(policy, scenario, Fairly)),
        new("queue", "a bounded queue, first come first served: all requests Normal, probes too", Wait) { HasPriorities = false, HasExemption = false },
        new("none", "no limit at all: every request goes to the cores at once", (policy, _) => policy.FixedConcurrency(Unlimited)) { HasPriorities = false, HasExemption = false },
        new("priorities", "the same queue, ordered by priority, without triage", Wait),
        new("adaptive", "the adaptive limit and triage", (policy, scenario) => policy.AdaptiveConcurrency().ShedByPriority(options => Fair(options, scenario, Fairly))),
        new("no-exemption", "triage; probes are ordinary Normal requests", (policy, scenario) => Shed(policy, scenario, Fairly)) { HasExemption = false },
        new("cohorts", "triage; a client's cohort is passed on, the same at every service", (policy, scenario) => Shed(policy, scenario, Fairly))
        {
            Cohorts = CohortSource.Client,
        },
        new("random", "triage; the cohort is drawn anew at every service", (policy, scenario) => Shed(policy, scenario, Fairly))
        {
            Cohorts = CohortSource.Random,
        },
        new("no-fairness", "triage without fairness", (policy, scenario) => Shed(policy, scenario, _ => null)),
        new("no-known", "fairness alone: who was there before the flood counts for nothing", (policy, scenario) => Shed(policy, scenario, Bare)),
        new("anonymous", "fairness alone, and it is said who is anonymous", (policy, scenario) => Shed(policy, scenario, Bare)) { HasTrust = true },
        new("groups", "fairness alone, and a client's network is said", (policy, scenario) => Shed(policy, scenario, Bare)) { HasGroups = true },
        new("floor", "fairness alone, and 12 a second are always fair", (policy, scenario) => Shed(policy, scenario, _ => Bare(scenario).With(Floor))),
        new("everything", "fairness with all of these", (policy, scenario) => Shed(policy, scenario, _ => Fairly(scenario).With(Floor)))
        {
            HasTrust = true, HasGroups = true,
        },
    ];

    /// <exception cref="FormatException">There is none of that name.</exception>
    public static TriageArm Get(string name) =>
        All.FirstOrDefault(arm => arm.Name == name)
        ?? throw new FormatException($"There is no arm '{name}'; the arms are {string.Join(", ", All.Select(arm => arm.Name))}.");

    private static void Shed(AdmissionPolicyBuilder policy, TriageScenario scenario, Func<TriageScenario, FairnessOptions?> fairness) =>
        policy.FixedConcurrency(scenario.Slots).ShedByPriority(options => Fair(options, scenario, fairness));

    private static void Fair(TriageOptions options, TriageScenario scenario, Func<TriageScenario, FairnessOptions?> fairness) =>
        options.Fairness = scenario.IsFair ? fairness(scenario) : null;

    private static FairnessOptions Fairly(TriageScenario scenario) => new();

    private static FairnessOptions Bare(TriageScenario scenario) => new() { PrefersKnownClients = false };

    private static FairnessOptions With(this FairnessOptions fairness, double floor)
    {
        fairness.AlwaysFairRate = floor;
        return fairness;
    }

    private static void Wait(AdmissionPolicyBuilder policy, TriageScenario scenario) => policy.FixedConcurrency(scenario.Slots).Queue(LongestWait);
}
