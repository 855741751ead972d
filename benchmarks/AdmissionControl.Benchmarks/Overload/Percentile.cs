namespace AdmissionControl.Benchmarks.Overload;

/// <summary>Percentiles by nearest rank: always one of the values. Pure.</summary>
internal static class Percentile
{
    /// <summary>The smallest value that at least this share of them does not exceed; null when there are none.</summary>
    /// <param name="values">In any order.</param>
    /// <param name="share">Above 0, at most 1.</param>
    public static double? Of(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
