namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>An exponential average that begins as the arithmetic mean of its first ten values.</summary>
/// <remarks>Source: failsafe-go, <c>internal/util/average.go</c>: the weight of a new value is 2 / (age + 1).</remarks>
/// <param name="age">How many values it remembers, roughly.</param>
internal sealed class MovingAverage(int age)
{
    private const int Warmup = 10;

    private int _count;
    private double _sum;

    public double Value { get; private set; }

    public double Add(double value)
    {
        if (_count < Warmup)
        {
            _count++;
            _sum += value;
            Value = _sum / _count;
        }
        else
        {
            Value += (value - Value) * 2 / (age + 1);
        }

        return Value;
    }
}
