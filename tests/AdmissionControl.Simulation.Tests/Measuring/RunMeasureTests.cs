using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Tests.Measuring;

/// <summary>One request every 10 ms at a service of 100 a second: 20 s that fit, a fault of 20 s, and 40 s.</summary>
public sealed class RunMeasureTests
{
    private const long Second = 1_000_000_000;
    private const long Between = Second / 100;
    private const long Fault = 20 * Second;
    private const long End = 40 * Second;

    private static readonly Scenario Scenario = new()
    {
        Name = "a",
        Objective = 0.1,
        Stages = [new StageSpec { Cores = 1, Service = new Distribution { Mean = 0.01 } }],
        Phases =
        [
            new Phase { Duration = 20, Load = 0.9 },
            new Phase { Duration = 20, Load = 0.9, FailsFast = true, IsMarked = false },
            new Phase { Duration = 40, Load = 1.5 },
        ],
    };

    private static readonly double[] Oracle = [100, 0, 100];

    [Fact]
    public void Of_AsGoodAsTheOracle_FullShareAndNoTimes()
    {
        RunResult result = RunMeasure.Of("arm", 7, Record(_ => true), Oracle);

        Assert.Equal(("a", "arm", 7), (result.Scenario, result.Arm, result.Seed));
        Assert.Equal((100, 100, 1), (result.OracleGoodput, result.Goodput, result.GoodputShare));
        Assert.Equal((0, 0, 0), (result.Convergence, result.Recovery, Math.Round(result.Regret, 9)));
        Assert.Equal(0.02, result.P50, 3);
        Assert.Equal(12, result.FinalLimit);
    }

    [Fact]
    public void Of_BadUntilThreeSecondsAfterTheFault_RecoversThen()
    {
        RunResult result = RunMeasure.Of("arm", 1, Record(now => now < Fault || now >= End + (3 * Second)), Oracle);

        // Ten seconds bring the 1,000 answers that tell; 95% of them may begin half a second before they are all good.
        Assert.Equal(2.6, result.Recovery, 6);
        Assert.Equal(2.6, result.Convergence, 6);
        Assert.Equal(1, result.GoodputShare, 9);
        Assert.Equal(3.0 / 60, result.Regret, 6);
    }

    [Fact]
    public void Of_APhaseThatIsAllLeadIn_CountsInNoRegret()
    {
        // As in a step from calm to overload after ten seconds: the oracle's marks know nothing of them.
        Scenario scenario = Scenario with { Phases = [new Phase { Duration = 10, Load = 0.6 }, new Phase { Duration = 70, Load = 2 }] };

        RunResult result = RunMeasure.Of("arm", 1, Record(now => now >= 17 * Second, scenario: scenario), [0, 100]);

        Assert.Equal(7.0 / 70, result.Regret, 6);
        Assert.Equal(0, Math.Round(RunMeasure.Of("arm", 1, Record(_ => true, scenario: scenario), [0, 100]).Regret, 9));
    }

    [Fact]
    public void Of_NeverGoodAgain_IsNoNumber()
    {
        RunResult result = RunMeasure.Of("arm", 1, Record(now => now < Fault), Oracle);

        Assert.True(double.IsNaN(result.Recovery) && double.IsNaN(result.Convergence));
        Assert.Equal(10.0 / 40, result.GoodputShare, 9);
    }

    [Fact]
    public void Of_Refusals_FalseOnlyWhereTheLoadFits()
    {
        // Every tenth is refused in the phase that fits, every second in the one that does not, each marked for a while.
        RunResult result = RunMeasure.Of("arm", 1, Record(_ => true, now => now / Between % (now < Fault ? 10 : 2) == 0), Oracle);

        Assert.Equal(0.1, result.FalseRefusals, 9);
        Assert.Equal((100.0 + 1500) / 4000, result.RefusedShare, 9);
    }

    [Fact]
    public void Of_NoPhaseThatFitsAndNoFault_Zero()
    {
        Scenario overload = Scenario with { Phases = [new Phase { Duration = 80, Load = 2 }] };

        RunResult result = RunMeasure.Of("arm", 1, Record(_ => true, _ => true, overload), [100]);

        Assert.Equal((0, 0, 1), (result.FalseRefusals, result.Recovery, result.RefusedShare));
    }

    [Fact]
    public void Of_NobodyAnswered_LatencyIsNoNumber()
    {
        RunResult result = RunMeasure.Of("arm", 1, new Recorder(Scenario), Oracle);

        Assert.True(double.IsNaN(result.P50) && double.IsNaN(result.P99));
        Assert.Equal((0, 1), (result.GoodputShare, result.Regret));
    }

    private static Recorder Record(Func<long, bool> isGood, Func<long, bool>? isRefused = null, Scenario? scenario = null)
    {
        var recorder = new Recorder(scenario ?? Scenario);
        int phase = -1;
        double next = 0;
        for (long now = 0; now < 80 * Second; now += Between)
        {
            if (phase + 1 < recorder.Scenario.Phases.Count && now >= next * Second)
            {
                recorder.EnterPhase(++phase);
                next += recorder.Scenario.Phases[phase].Duration;
            }

            recorder.Offered(now);
            recorder.Observe(now, limit: 12, inFlight: 3);
            if (isRefused?.Invoke(now) == true)
            {
                recorder.Refused(now);
            }

            recorder.Answered(now, latency: Second / 50, isGood(now));
        }

        return recorder;
    }
}
