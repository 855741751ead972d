using AdmissionControl.Simulation.Arms.Published;

namespace AdmissionControl.Simulation.Tests.Arms.Published;

// The numbers of go-kratos/aegis, ratelimit/bbr/bbr_test.go.
public class RollingBucketsTests
{
    private readonly RollingBuckets _buckets = new(count: 10, length: 100);

    // TestBBRMaxPass.
    [Fact]
    public void LargestSum_TenBuckets_TheLastThatIsOver()
    {
        for (int bucket = 0; bucket < 10; bucket++)
        {
            _buckets.Add(bucket * 100, (bucket + 1) * 100);
        }

        Assert.Equal(900, _buckets.LargestSum(999, otherwise: 1));
        _buckets.Add(1000, 5000);
        Assert.Equal(1000, _buckets.LargestSum(1000, otherwise: 1));
        Assert.Equal(5000, _buckets.LargestSum(1100, otherwise: 1));
        Assert.Equal(5000, _buckets.LargestSum(1999, otherwise: 1));
        Assert.Equal(1, _buckets.LargestSum(2000, otherwise: 1));
    }

    // TestBBRMinRt: 1 to 10 in the first bucket, 91 to 100 in the last.
    [Fact]
    public void LeastMean_TenBuckets_TheFirst()
    {
        for (int value = 0; value < 100; value++)
        {
            _buckets.Add(value / 10 * 100, value + 1);
        }

        Assert.Equal(5.5, _buckets.LeastMean(950));
        Assert.Equal(15.5, _buckets.LeastMean(1050));
        Assert.Equal(double.PositiveInfinity, _buckets.LeastMean(5000));
    }
}
