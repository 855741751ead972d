using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Triage.Engine;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Tests.Triage.Engine;

public sealed class StreamSourceTests
{
    private static readonly TriageScenario Scenario = TriageSamples.Of(slots: 1, rate: 10, seconds: 1, service: 0.01, DistributionKind.Exponential) with
    {
        Streams = [new TriageStream { Name = "a", Rate = 10, Clients = 1000 }, new TriageStream { Name = "b", Rate = 10, Clients = 1000 }],
    };

    [Fact]
    public void Draws_TheSameSeed_AreTheSame()
    {
        Assert.Equal(Draws(0, seed: 1), Draws(0, seed: 1));
        Assert.Empty(Draws(0, seed: 1).Intersect(Draws(0, seed: 2)));
        Assert.Empty(Draws(0, seed: 1).Intersect(Draws(1, seed: 1)));
    }

    [Fact]
    public void Draws_OfArrivalsAndWork_StayTheSameWhenSomebodyTriesAgain()
    {
        var quiet = new StreamSource(Scenario, 0, seed: 1);
        var retried = new StreamSource(Scenario, 0, seed: 1);
        retried.DrawWork(Attempt(retried, 1));
        retried.DrawBackoff(1);

        Assert.Equal(quiet.NextArrival(0), retried.NextArrival(0));
        Passage first = Attempt(quiet, 0);
        Passage second = Attempt(retried, 0);
        quiet.DrawWork(first);
        retried.DrawWork(second);
        Assert.Equal(first.Work, second.Work);
    }

    [Fact]
    public void DrawBackoff_ALaterAttempt_WaitsTwiceAsLong()
    {
        var source = new StreamSource(Scenario, 0, seed: 1);

        Assert.InRange(Enumerable.Range(0, 1000).Average(_ => source.DrawBackoff(0)), 0.098, 0.102);
        Assert.InRange(Enumerable.Range(0, 1000).Average(_ => source.DrawBackoff(2)), 0.39, 0.41);
        Assert.All(Enumerable.Range(0, 1000).Select(_ => source.DrawBackoff(0)), wait => Assert.InRange(wait, 0.05, 0.15));
    }

    private static string[] Draws(int stream, int seed)
    {
        var source = new StreamSource(Scenario, stream, seed);
        return
        [
            .. Enumerable.Range(0, 20).Select(_ =>
            {
                Passage passage = Attempt(source, 0);
                source.DrawWork(passage);
                return FormattableString.Invariant($"{source.NextArrival(0)} {source.DrawClient()} {passage.Work[0]}");
            }),
        ];
    }

    private static Passage Attempt(StreamSource source, int attempt) => new(new Caller(source, client: 0, arrivedAt: 0, phase: 0)) { Attempt = attempt };
}
