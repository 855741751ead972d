using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Engine;

/// <summary>What an attempt says of itself to a service, with an arm.</summary>
internal sealed class Classifier(TriageScenario scenario, TriageArm arm, int seed)
{
    private readonly ClientKeys _keys = new(seed);
    private readonly Random _cohorts = Draws.Of(seed, Draws.Priorities);
    private readonly Dictionary<(StreamSource, int), (PartitionKey Key, byte Cohort)> _known = [];

    /// <param name="passage">The attempt.</param>
    /// <param name="leavesAt">When its client leaves, nanoseconds.</param>
    public AdmissionRequest Classify(Passage passage, long leavesAt)
    {
        TriageStream stream = passage.Caller.Source.Stream;
        (PartitionKey key, byte cohort) = KeyOf(passage.Caller);
        return new AdmissionRequest(passage.Priority)
        {
            Partition = key,
            IsAnonymous = arm.HasTrust && stream.IsAnonymous,
            IsExempt = arm.HasExemption && stream.IsExempt,
            DeadlineTimestamp = scenario.Clients.TellsDeadline ? leavesAt : 0,
            Cohort = arm.Cohorts switch
            {
                CohortSource.Random => (byte)_cohorts.Next(AdmissionRequest.CohortCount),
                CohortSource.Client when stream.Clients > 0 => cohort,
                _ => null,
            },
        };
    }

    public RequestPriority PriorityOf(TriageStream stream) => arm.HasPriorities ? stream.Priority : RequestPriority.Normal;

    private (PartitionKey Key, byte Cohort) KeyOf(Caller caller)
    {
        TriageStream stream = caller.Source.Stream;
        if (stream.Clients == 0)
        {
            return default;
        }

        if (!_known.TryGetValue((caller.Source, caller.Client), out (PartitionKey, byte) known))
        {
            string population = stream.Population ?? stream.Name;
            known = (_keys.Of(population, caller.Client, arm.HasGroups ? stream.Groups : 0), _keys.CohortOf(population, caller.Client));
            _known.Add((caller.Source, caller.Client), known);
        }

        return known;
    }
}
