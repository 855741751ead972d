using AdmissionControl.Benchmarks.KeyedBuckets;

namespace AdmissionControl.Tests.KeyedBuckets;

/// <summary>Well-behaved clients in the middle of a flood of ten times as many strangers as the table has places.</summary>
public class FloodTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(FloodKind.OneRequestEach)]
    [InlineData(FloodKind.BurstEach)]
    [InlineData(FloodKind.CollidingUnderAnUnkeyedHash)]
    public void TryTake_AFloodOfStrangers_CostsTheClientsNothing(FloodKind kind)
    {
        FloodReport report = Flood.Run(kind, memoryBytes: 64 * 1024, seed: 1);
        output.WriteLine(report.ToString());
        Assert.InRange(report.LostShare, 0, 0.001);
        Assert.InRange(report.WorstClientLostShare, 0, 0.01);
        Assert.True(report.Strangers >= 10 * report.Entries);
        Assert.True(report.ClientRequests >= 50_000);
    }
}
