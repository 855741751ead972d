using AdmissionControl.Benchmarks.Overload;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AdmissionControl.Tests.Overload;

public class PercentileTests
{
    [Theory]
    [InlineData(0.01, 1)]
    [InlineData(0.5, 50)]
    [InlineData(0.501, 51)]
    [InlineData(0.99, 99)]
    [InlineData(1, 100)]
    public void Of_OneToHundred_IsTheNearestRank(double share, double expected) =>
        Assert.Equal(expected, Percentile.Of(Enumerable.Range(1, 100).Reverse().Select(i => (double)i), share));

    [Fact]
    public void Of_Nothing_IsNull() => Assert.Null(Percentile.Of([], 0.5));

    [Property]
    public void Of_Any_IsTheSmallestThatTheShareDoesNotExceed(NonEmptyArray<int> values, PositiveInt part)
    {
        double share = ((part.Get % 1_000) + 1) / 1_001.0;
        double[] all = [.. values.Get.Select(v => (double)v)];

        double result = Percentile.Of(all, share)!.Value;

        Assert.Contains(result, all);
        Assert.True(all.Count(v => v <= result) >= share * all.Length);
        Assert.True(all.Count(v => v < result) < share * all.Length);
    }
}
