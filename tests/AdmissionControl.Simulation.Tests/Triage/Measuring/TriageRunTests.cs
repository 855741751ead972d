using AdmissionControl.Simulation.Triage.Goals;
using AdmissionControl.Simulation.Triage.Measuring;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Tests.Triage.Measuring;

public sealed class TriageRunTests
{
    private static readonly TriageRun Run = TriageRun.Of(
        TriageSamples.Of(slots: 2, rate: 1, seconds: 20, service: 0.01) with
        {
            Streams =
            [
                new TriageStream { Name = "critical", Priority = RequestPriority.Critical, Load = 0.5 },
                new TriageStream { Name = "low", Priority = RequestPriority.Low, Load = 1.5 },
                new TriageStream { Name = "probes", Rate = 5, IsExempt = true },
            ],
            Arms = ["priorities"],
        },
        "priorities",
        seed: 1);

    [Fact]
    public void Of_AllStreams_AreThoseThatAreNoProbes()
    {
        Assert.Equal(Run.Of(0, "critical").Offered + Run.Of(0, "low").Offered, Run.Of(0, null).Offered);
        Assert.Equal(Run.Of(0, null), Run.Of(0, TriageStream.All));
        Assert.NotEqual(0, Run.Of(0, "probes").Offered);
    }

    [Fact]
    public void Figure_LeastSuccess_IsThatOfTheWorst()
    {
        Assert.Equal(Run.Figure(Measure.Success, 0, "low"), Run.Figure(Measure.LeastSuccess, 0));
        Assert.InRange(Run.Figure(Measure.LeastSuccess, 0), 0.1, 0.5);
        Assert.InRange(Run.Figure(Measure.Success, 0, "critical"), 0.99, 1);
        Assert.InRange(Run.Figure(Measure.P50, 0, "critical"), 0.01, 0.03);
        Assert.InRange(Run.Figure(Measure.Goodput, 0), 0.85, 1.05);
    }
}
