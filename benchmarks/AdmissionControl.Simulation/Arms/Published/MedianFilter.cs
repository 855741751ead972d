namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>The median of the last five values; before the fifth, the value itself.</summary>
/// <remarks>Source: failsafe-go, <c>internal/util/median.go</c>.</remarks>
internal sealed class MedianFilter
{
    private const int Kept = 5;

    private readonly double[] _values = new double[Kept];
    private readonly double[] _sorted = new double[Kept];
    private int _count;

    public double Add(double value)
    {
        _values[_count++ % Kept] = value;
        if (_count < Kept)
        {
            return value;
        }

        _values.CopyTo(_sorted, 0);
        Array.Sort(_sorted);
        return _sorted[Kept / 2];
    }
}
