using AdmissionControl.Simulation.Arms.Published;
using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Tests.Arms.Published;

// The numbers of go-kratos/aegis, ratelimit/bbr/bbr_test.go, with its window of 1 s in 10 buckets.
public class KratosArmTests
{
    private const long Bucket = VirtualTime.Second / 10;

    private int _cpu = 800;

    // TestBBRMaxQps.
    [Fact]
    public void LargestInFlight_TenBuckets_PublishedLimit()
    {
        KratosArm arm = Build(bucket => (bucket + 2) * 100);

        Assert.Equal(60, arm.LargestInFlight(9 * Bucket));
    }

    // TestBBRMaxPass and TestBBRMinRt: both are 1 where nothing is known.
    [Fact]
    public void LargestInFlight_NothingKnown_OneThatPassedAtOneMillisecond() =>
        Assert.Equal(0, new KratosArm(() => _cpu, VirtualTime.Second, 10).LargestInFlight(0));

    // TestBBRMaxPassWithCache, a hundred times as many so that they show in the product: the current bucket does not count, and an answer holds for one bucket.
    [Fact]
    public void LargestInFlight_WithinABucket_Kept()
    {
        var arm = new KratosArm(() => _cpu, VirtualTime.Second, 10);
        arm.Record(0, 5000, []);
        Assert.Equal(0, arm.LargestInFlight(Bucket / 2));

        arm.Record(Bucket / 2, 5000, []);
        Assert.Equal(0, arm.LargestInFlight(Bucket));

        arm.Record(Bucket, 100, []);
        Assert.Equal(100, arm.LargestInFlight(2 * Bucket));
    }

    // TestBBRShouldDrop.
    [Fact]
    public void Refuses_BusyThenNot_AsPublished()
    {
        KratosArm arm = Build(bucket => (bucket + 1) * 100);
        long now = 9 * Bucket;

        Assert.False(arm.Refuses(now, inFlight: 50));
        Assert.False(arm.Refuses(now, inFlight: 54));
        Assert.True(arm.Refuses(now, inFlight: 55));
        Assert.True(arm.Refuses(now, inFlight: 80));

        _cpu = 700;
        Assert.True(arm.Refuses(now, inFlight: 80));
        Assert.True(arm.Refuses(now + VirtualTime.Second, inFlight: 80));
        Assert.False(arm.Refuses(now + (2 * VirtualTime.Second), inFlight: 80));
    }

    [Fact]
    public void Refuses_CoresNotBusy_Never()
    {
        _cpu = 799;
        KratosArm arm = Build(_ => 1);

        Assert.False(arm.Refuses(9 * Bucket, inFlight: 1000));
        Assert.Equal(double.PositiveInfinity, arm.Limit);
    }

    [Fact]
    public void Learn_Completions_CountForRateAndLatency()
    {
        _cpu = 0;
        var arm = new KratosArm(() => _cpu, VirtualTime.Second, 10);
        for (int request = 0; request < 100; request++)
        {
            Assert.True(arm.TryAdmit());
        }

        for (int request = 0; request < 100; request++)
        {
            arm.End(Bucket / 2, milliseconds: 20.7, outcome: (AdmissionOutcome)(request % 3));
        }

        // 100 in a tenth of a second at 20 ms.
        Assert.Equal(20, arm.LargestInFlight(Bucket));
        Assert.Equal(0, arm.InFlight);
    }

    private KratosArm Build(Func<int, int> passed)
    {
        var arm = new KratosArm(() => _cpu, VirtualTime.Second, 10);
        for (int bucket = 0; bucket < 10; bucket++)
        {
            arm.Record(bucket * Bucket, passed(bucket), Enumerable.Range((bucket * 10) + 1, 10).Select(value => (long)value));
        }

        return arm;
    }
}
