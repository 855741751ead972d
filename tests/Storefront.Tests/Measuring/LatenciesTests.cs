using Storefront.Measuring;

namespace Storefront.Tests.Measuring;

public sealed class LatenciesTests
{
    private readonly Latencies _latencies = new();

    [Fact]
    public void PercentileMs_Nothing_IsZero() => Assert.Equal(0, _latencies.PercentileMs(99));

    [Fact]
    public void PercentileMs_OneToThousand_IsWithinThreeDigits()
    {
        for (int ms = 1; ms <= 1000; ms++)
        {
            _latencies.Record(TimeSpan.FromMilliseconds(ms));
        }

        Assert.InRange(_latencies.PercentileMs(50), 499, 501);
        Assert.InRange(_latencies.PercentileMs(99), 989, 991);
        Assert.InRange(_latencies.MaxMs, 999, 1001);
    }

    [Fact]
    public void Record_BeyondTheRange_IsClamped()
    {
        _latencies.Record(TimeSpan.FromHours(1));
        _latencies.Record(TimeSpan.FromSeconds(-1));

        Assert.Equal(2, _latencies.Count);
    }
}
