using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Triage.Measuring;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Tests.Triage.Measuring;

public sealed class TriageRecorderTests
{
    [Fact]
    public void GoodWork_HalfLoaded_IsHalfOfTheCapacity()
    {
        TriageScenario scenario = TriageSamples.Of(slots: 10, rate: 500, seconds: 100, service: 0.01);

        Assert.InRange(scenario.Run(TriageSamples.Waiting(1)).GoodWork[0] / 100, 0.49, 0.51);
    }

    [Fact]
    public void GoodWork_AStreamOfLessWork_CountsByItsWork()
    {
        TriageScenario scenario = TriageSamples.Of(slots: 10, rate: 500, seconds: 100, service: 0.01) with
        {
            Streams = [new TriageStream { Name = "probes", Rate = 500, Service = new Distribution { Kind = DistributionKind.Constant, Mean = 0.001 } }],
        };

        Assert.InRange(scenario.Run(TriageSamples.Waiting(1)).GoodWork[0] / 100, 0.049, 0.051);
    }

    [Fact]
    public void GoodWork_OneChainThroughTwoServices_CountsInBoth()
    {
        TriageScenario scenario = TriageSamples.Of(slots: 10, rate: 500, seconds: 100, service: 0.01) with
        {
            Services = 2,
            Streams = [new TriageStream { Name = "chain", Rate = 500, ServiceCount = 2 }],
        };

        Assert.InRange(scenario.Run(TriageSamples.Waiting(1)).GoodWork[0] / 100, 0.49, 0.51);
    }

    [Fact]
    public void Series_OfARun_AddsUpToTheCounts()
    {
        TriageScenario scenario = TriageSamples.Of(slots: 1, rate: 200, seconds: 30, service: 0.01);

        TriageRecorder recorder = scenario.Run(TriageSamples.Refusing);

        Assert.Equal(recorder.Counts[0][0].Offered, recorder.Series[0].Sum(slice => slice.Offered));
        Assert.Equal(recorder.Counts[0][0].Good, recorder.Series[0].Sum(slice => slice.Good));
    }
}
