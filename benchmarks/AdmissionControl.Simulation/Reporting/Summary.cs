using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>A figure over the seeds. Seeds for which it does not exist (never recovered, nobody answered) are counted apart.</summary>
/// <param name="Mean">Their mean; NaN when there are none.</param>
/// <param name="Min">The smallest.</param>
/// <param name="Max">The largest.</param>
/// <param name="HalfWidth">Half of the 95% interval of the mean by Student's t; NaN with fewer than two.</param>
/// <param name="Missing">Seeds without the figure.</param>
internal readonly record struct Summary(double Mean, double Min, double Max, double HalfWidth, int Missing)
{
    private const double Confidence = 0.95;

    public static Summary Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        double[] known = [.. all.Where(value => !double.IsNaN(value))];
        return known.Length == 0
            ? new Summary(double.NaN, double.NaN, double.NaN, double.NaN, all.Length)
            : new Summary(known.Average(), known.Min(), known.Max(), HalfOf(known), all.Length - known.Length);
    }

    /// <summary>Of the differences of two arms by seed: what both owe to the seed cancels out.</summary>
    public static Summary OfDifferences(IEnumerable<double> values, IEnumerable<double> others) =>
        Of(values.Zip(others, (value, other) => value - other));

    private static double HalfOf(double[] values)
    {
        if (values.Length < 2)
        {
            return double.NaN;
        }

        double quantile = StudentT.InvCDF(0, 1, values.Length - 1, 1 - ((1 - Confidence) / 2));
        return quantile * values.StandardDeviation() / Math.Sqrt(values.Length);
    }
}
