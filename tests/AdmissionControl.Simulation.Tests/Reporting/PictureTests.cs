using System.Buffers.Binary;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Scenarios;
using AdmissionControl.Simulation.Tests.Scenarios;
using static AdmissionControl.Simulation.Tests.Reporting.ReportingData;

namespace AdmissionControl.Simulation.Tests.Reporting;

public sealed class PictureTests
{
    [Fact]
    public void HeatMapDraw_Results_IsAPngOf1400()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "a.png");

        HeatMap.Draw(ArmSummary.Of([Run("a", "x", 1, 1), Run("a", "y", 1, double.NaN), Run("b", "x", 1, 0)]), path);

        AssertIsPng(path);
    }

    [Theory]
    [InlineData("03-capacity-step")]
    [InlineData("06-low-rate-5")]
    [InlineData("10b-fast-failures")]
    public void TimelineDraw_ARecorderWithAndWithoutAnswers_IsAPngOf1400(string scenario)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "a.png");
        var empty = new Recorder(ScenarioFile.Load(Path.Combine(ShippedScenarios.Folder, $"{scenario}.json")));
        var full = new Recorder(empty.Scenario);
        for (long now = 0; now < 20_000_000_000; now += 100_000_000)
        {
            full.Offered(now);
            full.Observe(now, limit: 20, inFlight: 3);
            full.Answered(now, latency: 30_000_000, isGood: true);
        }

        Timeline.Draw(1, [("empty", empty), ("full", full)], path);

        AssertIsPng(path);
    }

    private static void AssertIsPng(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], bytes[..4]);
        Assert.Equal(1400, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16, 4)));
        Assert.True(bytes.Length > 3000);
    }
}
