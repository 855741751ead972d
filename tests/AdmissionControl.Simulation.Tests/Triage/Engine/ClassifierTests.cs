using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Engine;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Tests.Triage.Engine;

public sealed class ClassifierTests
{
    private readonly TriageScenario _scenario = TriageSamples.Of(slots: 1, rate: 1, seconds: 1, service: 0.01) with
    {
        Streams = [new TriageStream { Name = "a", Priority = RequestPriority.Low, Rate = 1, Clients = 9, Groups = 3, IsAnonymous = true, IsExempt = true }],
    };

    [Fact]
    public void Classify_AQueue_SaysOnlyWhoItIs()
    {
        AdmissionRequest request = Classify(_scenario, TriageArms.Get("queue"));

        Assert.Equal(new AdmissionRequest { Partition = new ClientKeys(1).Of("a", 5, groups: 0) }, request);
    }

    [Fact]
    public void Classify_Everything_SaysAllThatIsKnown()
    {
        AdmissionRequest request = Classify(_scenario with { Clients = new TriageClients { TellsDeadline = true } }, TriageArms.Get("everything"));

        Assert.Equal((RequestPriority.Low, true, true, 123L), (request.Priority, request.IsExempt, request.IsAnonymous, request.DeadlineTimestamp));
        Assert.Equal(new ClientKeys(1).Of("a", 5, groups: 3), request.Partition);
        Assert.Null(request.Cohort);
    }

    [Fact]
    public void Classify_Cohorts_OfTheClientOrOfChance()
    {
        byte?[] ofClient = [.. Many("cohorts")];
        byte?[] ofChance = [.. Many("random")];

        Assert.Single(ofClient.Distinct());
        Assert.NotNull(ofClient[0]);
        Assert.InRange(ofChance.Distinct().Count(), 20, 50);
    }

    private static AdmissionRequest Classify(TriageScenario scenario, TriageArm arm) => Classify(scenario, new Classifier(scenario, arm, seed: 1));

    private static AdmissionRequest Classify(TriageScenario scenario, Classifier classifier)
    {
        var caller = new Caller(new StreamSource(scenario, 0, seed: 1), client: 5, arrivedAt: 0, phase: 0);
        return classifier.Classify(new Passage(caller) { Priority = classifier.PriorityOf(scenario.Streams[0]) }, leavesAt: 123);
    }

    private IEnumerable<byte?> Many(string arm)
    {
        var classifier = new Classifier(_scenario, TriageArms.Get(arm), seed: 1);
        return Enumerable.Range(0, 50).Select(_ => Classify(_scenario, classifier).Cohort);
    }
}
