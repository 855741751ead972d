namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>The correlation of the last pairs of values, and the coefficient of variation of the second ones.</summary>
/// <remarks>
/// Source: failsafe-go, <c>internal/util/windows.go</c>. The correlation is zero below ten pairs, or when either side varies by less than 1%. Sums are taken
/// anew each time, which is exact, and happens once a window.
/// </remarks>
/// <param name="capacity">Pairs kept.</param>
/// <param name="warmup">Pairs below which nothing is said.</param>
internal sealed class CorrelationWindow(int capacity, int warmup)
{
    private const double LeastVariation = 0.01;

    private readonly double[] _x = new double[capacity];
    private readonly double[] _y = new double[capacity];
    private int _added;

    /// <summary>Adds a pair.</summary>
    /// <returns>The correlation, from -1 to 1, and the variation of y.</returns>
    public (double Correlation, double Variation) Add(double x, double y)
    {
        _x[_added % capacity] = x;
        _y[_added % capacity] = y;
        _added++;
        int count = Math.Min(_added, capacity);
        if (count < Math.Max(2, warmup))
        {
            return (0, 0);
        }

        (double meanX, double deviationX) = Spread(_x.AsSpan(0, count));
        (double meanY, double deviationY) = Spread(_y.AsSpan(0, count));
        double variation = deviationY / meanY;
        if (deviationX / meanX < LeastVariation || variation < LeastVariation)
        {
            return (0, variation);
        }

        double covariance = 0;
        for (int index = 0; index < count; index++)
        {
            covariance += (_x[index] - meanX) * (_y[index] - meanY) / count;
        }

        return (covariance / (deviationX * deviationY), variation);
    }

    private static (double Mean, double Deviation) Spread(ReadOnlySpan<double> values)
    {
        double mean = 0;
        foreach (double value in values)
        {
            mean += value / values.Length;
        }

        double variance = 0;
        foreach (double value in values)
        {
            variance += (value - mean) * (value - mean) / values.Length;
        }

        return (mean, Math.Sqrt(variance));
    }
}
