using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Tests.Engine;

public class SimulationTests
{
    public static TheoryData<string> Arms => [.. ArmCatalog.All.Select(arm => arm.Name)];

    [Theory]
    [MemberData(nameof(Arms))]
    public void Run_OneSeedTwice_TheSameSeries(string arm)
    {
        Scenario scenario = Busy();

        Slice[] first = scenario.Run(7, ArmCatalog.Get(arm).Create).Series;

        Assert.Equal(first, scenario.Run(7, ArmCatalog.Get(arm).Create).Series);
        Assert.NotEqual(first, scenario.Run(8, ArmCatalog.Get(arm).Create).Series);
    }

    // Retries aside, which depend on who was refused.
    [Fact]
    public void Run_OtherArm_TheSameArrivals()
    {
        Scenario scenario = Busy() with { Clients = new Clients() };

        Assert.Equal(
            scenario.Run(7, ArmCatalog.Get("min").Create).Series.Select(slice => slice.Offered),
            scenario.Run(7, ArmCatalog.Get("vegas").Create).Series.Select(slice => slice.Offered));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Deadline_ServerCancels_CoreIsFree(bool isShared, bool cancels)
    {
        // Nine a second that take ten seconds of one core, given up after one.
        StageSpec stage = Runs.Cores(1, 10, DistributionKind.Constant, stage: isShared ? StageKind.Shared : StageKind.Fifo);
        Scenario scenario = Runs.Of(stage, new Phase { Duration = 50, Rate = 9 }, new Phase { Duration = 5, Rate = 0 }) with
        {
            Clients = new Clients { Deadline = 1, Cancels = cancels },
        };
        Arm? arm = null;

        Recorder recorder = scenario.Run(arm: context => arm = Runs.Unlimited(context));

        Assert.Equal(recorder.Series.Sum(slice => slice.Offered), recorder.Series.Sum(slice => slice.Answered));
        Assert.Equal(0, recorder.Series.Sum(slice => slice.Good));
        Assert.InRange(arm!.InFlight, cancels ? 0 : 300, cancels ? 0 : 600);
    }

    [Fact]
    public void Deadline_ServerCancels_OthersAreServed()
    {
        // Of two requests that come together the second is done when the first is given up, one second of work later.
        Scenario scenario = Runs.Of(
            Runs.Cores(1, 1, DistributionKind.Bimodal), new Phase { Duration = 200, Rate = 0.3 }, new Phase { Duration = 10, Rate = 0 });
        scenario = scenario with
        {
            Objective = 5,
            Stages = [scenario.Stages[0] with { Service = new Distribution { Kind = DistributionKind.Bimodal, Mean = 20, LongShare = 0.5, Long = 39.9 } }],
            Clients = new Clients { Deadline = 2, Cancels = true },
        };

        int cancelled = scenario.Run().Series.Sum(slice => slice.Good);
        int kept = (scenario with { Clients = new Clients { Deadline = 2 } }).Run().Series.Sum(slice => slice.Good);

        Assert.InRange(cancelled, 10, 40);
        Assert.InRange(kept, 0, cancelled / 3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pauses_InService_DelayedByTheRestOfThePause(bool isShared)
    {
        StageSpec stage = Runs.Cores(1000, 0.5, DistributionKind.Constant, stage: isShared ? StageKind.Shared : StageKind.Fifo);
        Scenario scenario = Runs.Of(stage, new Phase { Duration = 60, Rate = 100 }) with { Pauses = new Pauses { Every = 5, Duration = 1 } };

        Recorder recorder = scenario.Run();

        // Half a second of service. In five seconds, those of the half second before a pause are late by its one second, those who come in it by half of that.
        Assert.InRange(recorder.Phases[0].Latencies.GetValueAtPercentile(100) / 1e6, 1.45, 1.52);
        Assert.InRange(recorder.Phases[0].Latencies.GetValueAtPercentile(50) / 1e6, 0.495, 0.51);
        Assert.InRange(recorder.MeanLatency(), 0.5 + (0.2 * 0.92), 0.5 + (0.2 * 1.08));
        Assert.Equal(0, recorder.Series.Sum(slice => slice.Refused));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Retries_AllRefused_EachIsOffered(int retries)
    {
        Scenario scenario = Runs.Of(Runs.Cores(1, 0.01), new Phase { Duration = 10, Rate = 100 }, new Phase { Duration = 10, Rate = 0 });
        int arrivals = scenario.Run(arm: _ => new FixedArm(0)).Series.Sum(slice => slice.Offered);

        Recorder recorder = (scenario with { Clients = new Clients { Retries = retries } }).Run(arm: _ => new FixedArm(0));

        Assert.InRange(arrivals, 900, 1100);
        Assert.Equal((1 + retries) * arrivals, recorder.Series.Sum(slice => slice.Offered));
        Assert.Equal((1 + retries) * arrivals, recorder.Series.Sum(slice => slice.Refused));
    }

    [Theory]
    [InlineData(0, 1 / 0.012)]
    [InlineData(0.001, 1 / 0.018)]
    public void RefusalCost_OneCore_TakesItsTime(double cost, double expected)
    {
        // 500 a second at one core of 10 ms and one permit: free, that is 10 ms and 2 ms until the next arrival. Else the core never rests, and all but one of the arrivals between two services are refused:
        // T = 10 ms + 1 ms x (500/s x T - 1), that is 18 ms.
        Scenario scenario = Runs.Of(Runs.Cores(1, 0.01, DistributionKind.Constant), new Phase { Duration = 110, Rate = 500 }) with { RefusalCost = cost };

        PhaseCounts counts = scenario.Run(arm: _ => new FixedArm(1)).Phases[0];

        Assert.InRange(counts.Answered / 100.0, expected * 0.97, expected * 1.03);
        Assert.InRange(counts.Refused, counts.Offered - counts.Answered - 1, counts.Offered - counts.Answered + 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RefusalCost_IdleCores_WorkItOff(bool isShared)
    {
        // 2,200 refusals a second of 2 ms keep 4.4 of the six cores busy that two permits leave idle. At each end the next arrival is 0.42 ms away;
        // the rest is what the refusals just before it have left.
        StageSpec cores = Runs.Cores(8, 0.01, DistributionKind.Constant, stage: isShared ? StageKind.Shared : StageKind.Fifo);
        Scenario scenario = Runs.Of(cores, new Phase { Duration = 60, Rate = 2400 }) with { RefusalCost = 0.002 };

        PhaseCounts counts = scenario.Run(arm: _ => new FixedArm(2)).Phases[0];

        Assert.InRange(counts.Answered / 50.0, 0.85 * 2 / 0.0104, 2 / 0.0104);
    }

    [Fact]
    public void FailsFast_EveryRequest_OverloadedAfterAMillisecond()
    {
        Scenario scenario = Runs.Of(Runs.Cores(1, 0.01), new Phase { Duration = 20, Rate = 500, FailsFast = true });

        Recorder recorder = scenario.Run(arm: _ => new FixedArm(10));

        Assert.Equal(0.001, recorder.MeanLatency(), 6);
        Assert.Equal(0, recorder.Series.Sum(slice => slice.Good));
    }

    // A little of everything that may be random.
    private static Scenario Busy() => new()
    {
        Name = "busy",
        Objective = 0.2,
        Stages =
        [
            new StageSpec { Kind = StageKind.Delay, Service = new Distribution { Mean = 0.01 } },
            Runs.Cores(4, 0.01, DistributionKind.Lognormal) with { Tax = 0.02 },
            Runs.Cores(4, 0.01, DistributionKind.Pareto, 2.5, StageKind.Shared) with { IsHost = false },
        ],
        Phases = [new Phase { Duration = 4, Load = 0.5, LoadAtEnd = 1.5 }, new Phase { Duration = 4, Load = 2, ServiceFactor = 2 }],
        Clients = new Clients { Deadline = 0.5, Cancels = true, Retries = 2 },
        Pauses = new Pauses { Every = 3, Duration = 0.2 },
        Bursts = new Bursts { Factor = 3, MeanOn = 0.2, MeanOff = 1 },
        RefusalCost = 0.0001,
        Priorities = [1, 2, 3, 4],
    };
}
