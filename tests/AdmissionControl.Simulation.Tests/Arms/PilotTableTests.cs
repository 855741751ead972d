using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;
using AdmissionControl.Simulation.Tests.Engine;
using static AdmissionControl.Simulation.Arms.ArmCatalog;

namespace AdmissionControl.Simulation.Tests.Arms;

// A pilot study, written by another hand from the same formulas: 16 cores in order of arrival, lognormal service of 20 ms with a variation of 1, a tax of 2%, twice
// the capacity of 800 a second from a cold start, good below 200 ms. It counts differences of 1 to 2% as noise. Only its row of failsafe-go, whose limit
// wanders most from seed to seed (7 to 33), needs more room. Its AIMD stepped for each sample; the shipped one steps for each window and is left out.
public class PilotTableTests
{
    private const int Seeds = 3;
    private const double MarkedSeconds = 50;

    [Theory]
    [InlineData("fixed", 20, 799, 102, 0.02)]
    [InlineData("vegas-raw", 20, 307, 97, 0.03)]
    [InlineData("vegas", 20, 802, 106, 0.02)]
    [InlineData("gradient", 50, 725, 221, 0.03)]
    [InlineData("gradient2", 20, 798, 126, 0.02)]
    [InlineData("envoy", 20, 796, 108, 0.03)]
    [InlineData("failsafe", 20, 763, 107, 0.12)]
    public void Run_TwiceTheCapacity_AsInThePilot(string arm, int initial, double good, double p99, double room)
    {
        PhaseCounts[] runs = Run(arm, initial, load: 2);

        Assert.InRange(runs.Average(run => run.Good / MarkedSeconds), good * (1 - room), good * (1 + room));
        Assert.InRange(runs.Average(run => run.Latencies.GetValueAtPercentile(99) / 1000.0), p99 * 0.95, p99 * 1.05);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("kratos")]
    public void Run_TwiceTheCapacity_NothingIsGood(string arm) => Assert.All(Run(arm, 20, load: 2), run => Assert.Equal(0, run.Good));

    [Theory]
    [InlineData("fixed", 0, 0.4)]
    [InlineData("vegas-raw", 41, 47)]
    [InlineData("vegas", 0, 0.1)]
    [InlineData("gradient", 0, 0.1)]
    [InlineData("gradient2", 0, 0.1)]
    [InlineData("failsafe", 0, 0.1)]
    [InlineData("kratos", 0, 0)]
    public void Run_LoadThatFits_RefusedAsInThePilot(string arm, double leastPercent, double mostPercent) =>
        Assert.InRange(Run(arm, 20, load: 0.6).Average(run => 100.0 * run.Refused / run.Offered), leastPercent, mostPercent);

    private static PhaseCounts[] Run(string arm, int initial, double load)
    {
        StageSpec stage = Runs.Cores(16, 0.02, DistributionKind.Lognormal) with { Tax = 0.02 };
        Scenario scenario = Runs.Of(stage, new Phase { Duration = MarkedSeconds + 10, Load = load }) with { InitialLimit = initial };
        return [.. Enumerable.Range(1, Seeds).Select(seed => scenario.Run(seed, Get(arm).Create).Phases[0])];
    }
}
