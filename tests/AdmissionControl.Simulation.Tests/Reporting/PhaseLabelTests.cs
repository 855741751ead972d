using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Tests.Reporting;

public sealed class PhaseLabelTests
{
    [Fact]
    public void Of_PlainPhase_IsItsLoad() => Assert.Equal("0.95x", PhaseLabel.Of(new Phase { Duration = 1, Load = 0.95 }));

    [Fact]
    public void Of_RampAndRate_SayWhatMoves()
    {
        Assert.Equal("0.5..1.5x", PhaseLabel.Of(new Phase { Duration = 1, Load = 0.5, LoadAtEnd = 1.5 }));
        Assert.Equal("5/s", PhaseLabel.Of(new Phase { Duration = 1, Rate = 5 }));
    }

    [Fact]
    public void Of_Fault_SaysWhich() => Assert.Equal(
        "2x, 8 cores, service x10, delay x0.5, fails, 400/s behind",
        PhaseLabel.Of(new Phase
        {
            Duration = 1,
            Load = 2,
            Cores = 8,
            ServiceFactor = 10,
            DelayFactor = 0.5,
            FailsFast = true,
            DownstreamRate = 400,
        }));
}
