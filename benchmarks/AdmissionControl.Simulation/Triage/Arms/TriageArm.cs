using AdmissionControl.Policies;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Arms;

/// <summary>A policy of the shipped controller, and what its requests say of themselves.</summary>
/// <param name="Name">What a command line and a file say.</param>
/// <param name="Description">What it is, in one line.</param>
/// <param name="Configure">Describes the policy for a scenario.</param>
internal sealed record TriageArm(string Name, string Description, Action<AdmissionPolicyBuilder, TriageScenario> Configure)
{
    /// <summary>Whether requests say how important they are; if not, all are Normal.</summary>
    public bool HasPriorities { get; init; } = true;

    /// <summary>Whether probes are exempt.</summary>
    public bool HasExemption { get; init; } = true;

    /// <summary>Whether it is said who is anonymous.</summary>
    public bool HasTrust { get; init; }

    /// <summary>Whether a client's network is said.</summary>
    public bool HasGroups { get; init; }

    public CohortSource Cohorts { get; init; }

    public AdmissionPolicyOptions Options(TriageScenario scenario)
    {
        AdmissionPolicyOptions options = new();
        Configure(new AdmissionPolicyBuilder(options), scenario);
        return options;
    }
}
