using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Tests.Reporting;

public sealed class TimelinePointTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void Of_Slices_TogetherAsOnePoint()
    {
        // 70 s are 350 slices of 0.2 s and an empty one; at most 35 points, so 11 slices each, and the nine left over are none.
        var recorder = new Recorder(ScenarioFile.Load(Path.Combine(ShippedScenarios.Folder, "02-overload-2x.json")));
        recorder.Offered(Second);
        recorder.Observe(Second, limit: 5, inFlight: 7);
        recorder.Offered(2 * Second);
        recorder.Observe(2 * Second, limit: 9, inFlight: 2);
        recorder.Answered(Second, latency: Second / 10, isGood: true);
        recorder.Answered(Second, latency: 3 * Second / 10, isGood: false);

        TimelinePoint[] points = TimelinePoint.Of(recorder, most: 35);

        Assert.Equal(31, points.Length);
        Assert.Equal(2.2 / 2, points[0].Seconds, 9);
        Assert.Equal((9, 7), (points[0].Limit, points[0].InFlight));
        Assert.Equal(1 / 2.2, points[0].Goodput, 9);
        Assert.Equal(0.2, points[0].Latency, 9);
        Assert.True(double.IsNaN(points[1].Limit) && double.IsNaN(points[1].Latency));
        Assert.Equal(0, points[1].Goodput);

        // The last slice is none of its own.
        Assert.Equal(350, TimelinePoint.Of(recorder, most: 1000).Length);
    }
}
