using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Measuring;
using AdmissionControl.Simulation.Triage.Reporting;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Tests.Triage.Engine;

public sealed class TriageSimulationTests
{
    [Theory]
    [InlineData("goal-4-low-spike")]
    [InlineData("goal-6-chain")]
    [InlineData("goal-8-recovery")]
    public void Run_TheSameSeed_TheSameBytes(string name)
    {
        TriageScenario scenario = TriageFile.LoadShipped().First(known => known.Name == name);

        string[] texts =
        [
            .. new[] { 1, 1, 2 }.Select(seed => TriageCsv.Of(TriageRow.Of(
                scenario.Arms.Select(arm => TriageRun.Of(scenario with { Phases = [.. scenario.Phases.Select(phase => phase with { Duration = 3 })] }, arm, seed))))),
        ];

        Assert.Equal(texts[0], texts[1]);
        Assert.NotEqual(texts[0], texts[2]);
    }

    [Fact]
    public void Run_OneServerAndALine_WaitsAsTheFormulaSays()
    {
        // M/M/1 at 0.8 of 100 a second: 1 / (100 - 80) = 50 ms in the mean, and the time there is exponential, so that half are there for 0.69 of it and one in a hundred for 4.6 times it.
        TriageScenario scenario = TriageSamples.Of(slots: 1, rate: 80, seconds: 4000, service: 0.01, DistributionKind.Exponential).WithClients(deadline: 100);

        Cell cell = Cell.Of(scenario.Run(TriageSamples.Waiting(1000)).Counts[0][0]);

        Assert.Equal(1, cell.Success);
        Assert.InRange(cell.P50, 0.0347 * 0.93, 0.0347 * 1.07);
        Assert.InRange(cell.P99, 0.2303 * 0.9, 0.2303 * 1.1);
    }

    [Fact]
    public void Run_NobodyWaits_RefusesAsErlangSays()
    {
        // Erlang's B of 2 cores at an offered 2: (2^2 / 2) / (1 + 2 + 2) = 0.4, whatever the distribution.
        TriageScenario scenario = TriageSamples.Of(slots: 2, rate: 200, seconds: 500, service: 0.01);

        StreamCounts counts = scenario.Run(TriageSamples.Refusing).Counts[0][0];

        Assert.InRange((double)counts.Refusals[(int)RejectionReason.ConcurrencyLimit] / counts.Offered, 0.39, 0.41);
        Assert.Equal(counts.Offered, counts.Good + counts.Refusals.Sum());
    }

    [Fact]
    public void Run_ALongerWaitThanClientsHave_EndsWithTheirLeaving()
    {
        // Twice what can be done, and a wait without end: whoever waits longer than 50 ms has left, and does not hold up the others.
        TriageScenario scenario = TriageSamples.Of(slots: 1, rate: 200, seconds: 60, service: 0.01).WithClients(deadline: 0.05);

        TriageRecorder recorder = scenario.Run(TriageSamples.Waiting(1000));

        StreamCounts counts = recorder.Counts[0][0];
        Assert.InRange((double)counts.Refusals[(int)RejectionReason.Cancelled] / counts.Offered, 0.47, 0.53);
        Assert.Equal(0, counts.Refusals[(int)RejectionReason.QueueTimeout]);
        // Who got the last moment of its patience is served too late, and that work is done all the same.
        Assert.InRange(Cell.Of(counts).P99, 0.05, 0.061);
    }

    [Theory]
    [InlineData(false, 0.1)]
    [InlineData(true, 0.05)]
    public void Leave_InService_TheWorkGoesOnUnlessItIsCancelled(bool cancels, double latency)
    {
        TriageScenario scenario = TriageSamples.Of(slots: 100, rate: 10, seconds: 20, service: 0.1).WithClients(deadline: 0.05, cancels);

        StreamCounts counts = scenario.Run(TriageSamples.Refusing).Counts[0][0];

        Assert.Equal(0, counts.Good);
        Assert.Equal(counts.Offered, counts.Latencies.TotalCount);
        Assert.InRange(Cell.Of(counts).P50, latency * 0.99, latency * 1.01);
    }

    [Fact]
    public void TryAgain_OneInThreeGetsThrough_OneOriginalCountsOnce()
    {
        // One core, 10 a second of 200 ms: by Erlang two in three are refused, and each tries three times.
        TriageScenario scenario = TriageSamples.Of(slots: 1, rate: 10, seconds: 2000, service: 0.2).WithClients(deadline: 1, attempts: 3);
        StreamCounts once = (scenario with { Clients = scenario.Clients with { Attempts = 1 } }).Run(TriageSamples.Refusing).Counts[0][0];

        StreamCounts counts = scenario.Run(TriageSamples.Refusing).Counts[0][0];

        Assert.Equal(once.Offered, counts.Offered);
        Assert.Equal(once.Offered, once.Attempts);
        Assert.InRange((double)once.Good / once.Offered, 0.32, 0.35);
        Assert.InRange(counts.Attempts, 2 * counts.Offered, 3 * counts.Offered);
        Assert.InRange((double)counts.Good / counts.Offered, 0.4, 0.5);
        Assert.Equal(counts.Attempts, counts.Good + counts.Refusals.Sum());
    }

    [Fact]
    public void TryAgain_WhoLeftTheLine_TriesAgainOnce()
    {
        // Twice what can be done: most leave the line, which ends their wait with a refusal, too.
        TriageScenario scenario = TriageSamples.Of(slots: 1, rate: 200, seconds: 60, service: 0.01).WithClients(deadline: 0.05, attempts: 2);

        StreamCounts counts = scenario.Run(TriageSamples.Waiting(1000)).Counts[0][0];

        Assert.InRange((double)counts.Attempts / counts.Offered, 1.5, 2);
        Assert.InRange((double)counts.Refusals[(int)RejectionReason.Cancelled] / counts.Offered, 1, 2);
    }

    [Fact]
    public void TryAgain_TooLate_TriesWhileTheOldWorkGoesOn()
    {
        TriageScenario scenario = TriageSamples.Of(slots: 1000, rate: 10, seconds: 20, service: 0.1).WithClients(deadline: 0.05, attempts: 3);

        StreamCounts counts = scenario.Run(TriageSamples.Refusing).Counts[0][0];

        Assert.Equal(3 * counts.Offered, counts.Attempts);
        Assert.Equal(3 * counts.Offered, counts.Latencies.TotalCount);
    }

    [Theory]
    [InlineData(0, 1 / 0.012)]
    [InlineData(0.001, 1 / 0.018)]
    public void RefusalCost_OneCore_TakesItsTime(double cost, double expected)
    {
        // As in the other engine: 10 ms of work and 2 ms until the next arrival, or no rest at all and 1 ms for each of 500 a second but the one that is served.
        TriageScenario scenario = TriageSamples.Of(slots: 1, rate: 500, seconds: 100, service: 0.01).WithClients(deadline: 1) with { RefusalCost = cost };

        StreamCounts counts = scenario.Run(TriageSamples.Refusing).Counts[0][0];

        Assert.InRange(counts.Good / 100.0, expected * 0.97, expected * 1.03);
    }

    [Fact]
    public void Chain_TwoServices_EachIsPassedOnItsOwn()
    {
        // Two services without a line: what the first lets through, evenly spaced by its one core, the second serves too.
        TriageScenario scenario = TriageSamples.Of(slots: 1, rate: 50, seconds: 200, service: 0.01) with
        {
            Services = 2,
            Streams =
            [
                new TriageStream { Name = "chain", Rate = 50, ServiceCount = 2 },
                new TriageStream { Name = "second", Rate = 1, FirstService = 1 },
            ],
        };

        StreamCounts[] counts = scenario.Run(TriageSamples.Waiting(1)).Counts[0];

        Assert.Equal(counts[0].Offered, counts[0].Good);
        Assert.InRange(Cell.Of(counts[0]).P50, 0.02, 0.04);
        Assert.InRange(Cell.Of(counts[1]).P50, 0.01, 0.02);
    }

    [Fact]
    public void ServiceFactor_OfAPhase_HoldsInItAlone()
    {
        TriageScenario scenario = TriageSamples.Of(slots: 100, rate: 50, seconds: 20, service: 0.01).WithClients(deadline: 10) with
        {
            Phases =
            [
                new TriagePhase { Name = "before", Duration = 20 },
                new TriagePhase { Name = "slow", Duration = 20, ServiceFactor = 10 },
                new TriagePhase { Name = "after", Duration = 20 },
            ],
        };

        StreamCounts[] counts = [.. scenario.Run(TriageSamples.Refusing).Counts.Select(phase => phase[0])];

        Assert.Equal([0.01, 0.1, 0.01], counts.Select(phase => Math.Round(Cell.Of(phase).P50, 2)));
        // And as many come in each.
        Assert.All(counts, phase => Assert.InRange(phase.Offered, 900, 1100));
    }

    [Fact]
    public void Priorities_ShippedQueue_TheMoreImportantGoFirst()
    {
        TriageScenario scenario = TriageSamples.Of(slots: 2, rate: 1, seconds: 60, service: 0.01) with
        {
            Streams =
            [
                new TriageStream { Name = "critical", Priority = RequestPriority.Critical, Load = 0.5 },
                new TriageStream { Name = "low", Priority = RequestPriority.Low, Load = 1.5 },
            ],
        };

        StreamCounts[] told = scenario.Run(TriageSamples.Waiting(0.2)).Counts[0];
        StreamCounts[] silent = scenario.Run(TriageSamples.Waiting(0.2, arm => arm with { HasPriorities = false })).Counts[0];

        Assert.InRange((double)told[0].Good / told[0].Offered, 0.999, 1);
        Assert.InRange((double)silent[0].Good / silent[0].Offered, 0, 0.6);
    }

    [Fact]
    public void Factors_OfAnAttack_BeginWithItsPhase()
    {
        TriageScenario scenario = TriageSamples.Of(slots: 2, rate: 1, seconds: 10, service: 0.01) with
        {
            Streams = [new TriageStream { Name = "attack", Load = 2, Factors = [0, 1] }],
            Phases = [new TriagePhase { Name = "before", Duration = 10 }, new TriagePhase { Name = "flood", Duration = 10 }],
        };

        TriageRecorder recorder = scenario.Run(TriageSamples.Refusing);

        Assert.Equal(0, recorder.Counts[0][0].Offered);
        Assert.InRange(recorder.Counts[1][0].Offered, 3800, 4200);
    }

    [Fact]
    public void Run_TheCounts_AddUpInEveryShippedScenario()
    {
        foreach (TriageScenario shipped in TriageFile.LoadShipped().Where(scenario => scenario.IsShort && scenario.Decides))
        {
            TriageScenario scenario = shipped with { Phases = [.. shipped.Phases.Select(phase => phase with { Duration = 1 })] };
            TriageRecorder recorder = scenario.Run(TriageArms.Get(TriageArms.Shipped));

            // Every attempt was refused, admitted to the end, or dropped on its way because its client had left.
            Assert.All(recorder.Counts.SelectMany(phase => phase), counts =>
                Assert.InRange(counts.Refusals.Sum() + counts.Latencies.TotalCount, counts.Attempts - (scenario.Services > 1 ? counts.Attempts : 0), counts.Attempts));
        }
    }
}
