using AdmissionControl.Simulation.Reporting;
using FsCheck;
using FsCheck.Xunit;

namespace AdmissionControl.Simulation.Tests.Reporting;

public sealed class SummaryTests
{
    // Half widths: t(4; 0.975) = 2.776445 times sqrt(2.5 / 5); t(9; 0.975) = 2.262157 times sqrt(82.5 / 9 / 10).
    [Theory]
    [InlineData(new double[] { 1, 2, 3, 4, 5 }, 3, 1, 5, 1.963243)]
    [InlineData(new double[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 5.5, 1, 10, 2.165850)]
    [InlineData(new double[] { 7, 7, 7 }, 7, 7, 7, 0)]
    public void Of_KnownValues_MeanRangeAndIntervalOfTheTables(double[] values, double mean, double min, double max, double half)
    {
        Summary summary = Summary.Of(values);

        Assert.Equal((mean, min, max, 0), (summary.Mean, summary.Min, summary.Max, summary.Missing));
        Assert.Equal(half, summary.HalfWidth, 5);
    }

    [Fact]
    public void Of_TwoValues_WideAsStudentSays()
    {
        // t(1; 0.975) = 12.7062, standard error 1.
        Assert.Equal(12.7062, Summary.Of([1, 3]).HalfWidth, 4);
    }

    [Fact]
    public void Of_OneValue_HasNoInterval()
    {
        Summary summary = Summary.Of([5]);

        Assert.Equal((5, 5, 5), (summary.Mean, summary.Min, summary.Max));
        Assert.True(double.IsNaN(summary.HalfWidth));
    }

    [Fact]
    public void Of_SomeMissing_CountsThemApart()
    {
        Summary summary = Summary.Of([1, double.NaN, 3, double.NaN]);

        Assert.Equal((2, 1, 3, 2), (summary.Mean, summary.Min, summary.Max, summary.Missing));
    }

    [Fact]
    public void Of_AllMissing_IsNoNumber()
    {
        Summary summary = Summary.Of([double.NaN, double.NaN]);

        Assert.True(double.IsNaN(summary.Mean));
        Assert.Equal(2, summary.Missing);
    }

    [Fact]
    public void OfDifferences_PairsThatMoveTogether_NarrowInterval()
    {
        double[] one = [10, 20, 30, 40];
        double[] other = [9, 19.2, 28.8, 39];

        Summary summary = Summary.OfDifferences(one, other);

        // Differences 1, 0.8, 1.2, 1: deviation 0.163299, t(3; 0.975) = 3.182446.
        Assert.Equal(1, summary.Mean, 9);
        Assert.Equal(0.259846, summary.HalfWidth, 5);
    }

    [Property]
    public void Of_ShiftedAndScaled_MovesAlong(NonEmptyArray<int> values, int shift)
    {
        double[] some = [.. values.Get.Select(value => value % 1000.0)];
        double by = shift % 1000;

        Summary before = Summary.Of(some);
        Summary after = Summary.Of(some.Select(value => (2 * value) + by));

        Assert.Equal((2 * before.Mean) + by, after.Mean, 6);
        Assert.InRange(before.Mean, before.Min, before.Max);
        if (some.Length > 1)
        {
            Assert.Equal(2 * before.HalfWidth, after.HalfWidth, 6);
        }
    }
}
