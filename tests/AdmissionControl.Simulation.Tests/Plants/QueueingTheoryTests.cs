using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;
using AdmissionControl.Simulation.Tests.Engine;

namespace AdmissionControl.Simulation.Tests.Plants;

// Some 10^5 requests a run and several seeds: the bounds are three or more standard errors, and far below what a wrong plant would be off.
public class QueueingTheoryTests
{
    private const int Seeds = 5;

    // Erlang's loss formula, which holds for any distribution of service (Sevastyanov).
    [Theory]
    [InlineData("Exponential", 1, 0.9)]
    [InlineData("Lognormal", 1, 0.9)]
    [InlineData("Lognormal", 1, 2)]
    [InlineData("Pareto", 2.5, 2)]
    [InlineData("Constant", 1, 2)]
    public void Loss_AsManyPermitsAsCores_ErlangB(string kind, double shape, double load)
    {
        Scenario scenario = Runs.Of(Runs.Cores(16, 0.02, Enum.Parse<DistributionKind>(kind), shape), new Phase { Duration = 60, Load = load });

        double blocked = MeanOf(scenario, recorder => (double)recorder.Phases[0].Refused / recorder.Phases[0].Offered, _ => new FixedArm(16));

        double expected = ErlangB(16, 16 * load);
        Assert.InRange(blocked, expected * 0.97, expected * 1.03);
    }

    // Pollaczek and Khinchine: wait = rho s (1 + cv^2) / 2 / (1 - rho); with cv = 1 it is M/M/1.
    [Theory]
    [InlineData("Exponential", 1, 1)]
    [InlineData("Constant", 1, 0)]
    [InlineData("Lognormal", 2, 2)]
    public void Wait_OneCore_PollaczekKhinchine(string kind, double shape, double variation)
    {
        const double load = 0.7;
        const double service = 0.001;
        Scenario scenario = Runs.Of(Runs.Cores(1, service, Enum.Parse<DistributionKind>(kind), shape), new Phase { Duration = 150, Load = load });

        double latency = MeanOf(scenario, recorder => recorder.MeanLatency());

        double expected = service + (load * service * (1 + (variation * variation)) / 2 / (1 - load));
        Assert.InRange(latency, expected * 0.95, expected * 1.05);
    }

    // Erlang's delay formula: wait = C(c, a) s / (c - a).
    [Fact]
    public void Wait_ManyCores_ErlangC()
    {
        const double load = 0.8;
        Scenario scenario = Runs.Of(Runs.Cores(4, 0.004), new Phase { Duration = 120, Load = load });

        double latency = MeanOf(scenario, recorder => recorder.MeanLatency());

        double blocking = ErlangB(4, 4 * load);
        double delayed = blocking / (1 - (load * (1 - blocking)));
        double expected = 0.004 + (delayed * 0.004 / (4 - (4 * load)));
        Assert.InRange(latency, expected * 0.95, expected * 1.05);
    }

    // Processor sharing does not care how service is distributed: E[S] / (1 - rho).
    [Theory]
    [InlineData("Exponential", 1)]
    [InlineData("Lognormal", 2)]
    [InlineData("Constant", 1)]
    public void Sojourn_ProcessorSharing_Insensitive(string kind, double shape)
    {
        const double load = 0.7;
        StageSpec stage = Runs.Cores(1, 0.001, Enum.Parse<DistributionKind>(kind), shape, StageKind.Shared);

        double latency = MeanOf(Runs.Of(stage, new Phase { Duration = 150, Load = load }), recorder => recorder.MeanLatency());

        Assert.InRange(latency, 0.001 / (1 - load) * 0.95, 0.001 / (1 - load) * 1.05);
    }

    // M/M/c under processor sharing has as many in the system as under first come, first served.
    [Fact]
    public void Sojourn_ProcessorSharingOnManyCores_ErlangC()
    {
        const double load = 0.8;
        StageSpec stage = Runs.Cores(4, 0.004, stage: StageKind.Shared);

        double latency = MeanOf(Runs.Of(stage, new Phase { Duration = 120, Load = load }), recorder => recorder.MeanLatency());

        double blocking = ErlangB(4, 4 * load);
        double expected = 0.004 + (blocking / (1 - (load * (1 - blocking))) * 0.004 / (4 - (4 * load)));
        Assert.InRange(latency, expected * 0.95, expected * 1.05);
    }

    // Little's law through a delay, a shared and a first come, first served station.
    [Fact]
    public void InFlight_StationsInARow_LittlesLaw()
    {
        var scenario = new Scenario
        {
            Name = "row",
            Objective = 1,
            Stages =
            [
                new StageSpec { Kind = StageKind.Delay, Service = new Distribution { Mean = 0.05 } },
                Runs.Cores(4, 0.01, stage: StageKind.Shared),
                Runs.Cores(4, 0.008),
            ],
            Phases = [new Phase { Duration = 100, Rate = 300 }],
        };
        IntegratingArm? arm = null;

        Recorder recorder = scenario.Run(arm: _ => arm = new IntegratingArm());

        double meanInFlight = arm!.InFlightSeconds / scenario.Duration;
        double answered = recorder.Series.Sum(slice => slice.Answered) / scenario.Duration;
        Assert.InRange(meanInFlight, answered * recorder.MeanLatency(after: 0) * 0.999, answered * recorder.MeanLatency(after: 0) * 1.001);
        Assert.InRange(recorder.MeanLatency(after: 0), 0.068, 0.2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BusySeconds_HalfLoad_HalfOfTheTime(bool isShared)
    {
        Scenario scenario = Runs.Of(
            Runs.Cores(8, 0.01, stage: isShared ? StageKind.Shared : StageKind.Fifo),
            new Phase { Duration = 30, Load = 0.5 },
            new Phase { Duration = 30, Load = 0.5, Cores = 4 },
            new Phase { Duration = 1, Load = 0 });
        Stage? host = null;

        scenario.Run(arm: context =>
        {
            host = context.Host;
            return Runs.Unlimited(context);
        });

        // Half of eight cores, then all of four.
        Assert.InRange(host!.BusySeconds, 43.5, 46.5);
    }

    private static double MeanOf(Scenario scenario, Func<Recorder, double> mark, Func<ArmContext, Arm>? arm = null) =>
        Enumerable.Range(1, Seeds).Average(seed => mark(scenario.Run(seed, arm)));

    private static double ErlangB(int servers, double load)
    {
        double blocking = 1;
        for (int server = 1; server <= servers; server++)
        {
            blocking = load * blocking / (server + (load * blocking));
        }

        return blocking;
    }

    private sealed class IntegratingArm : CountingArm
    {
        private long _changedAt;
        private int _inFlight;

        public override double Limit => double.PositiveInfinity;

        public double InFlightSeconds { get; private set; }

        protected override bool HasRoom(long now) => true;

        protected override void Started(long now) => Change(now, 1);

        protected override void Learn(long now, in Admission admission, AdmissionOutcome outcome) => Change(now, -1);

        private void Change(long now, int by)
        {
            InFlightSeconds += (double)(now - _changedAt) / VirtualTime.Second * _inFlight;
            _changedAt = now;
            _inFlight += by;
        }
    }
}
