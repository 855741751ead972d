namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>Vector's adaptive request concurrency: one more when the limit was reached and latency is not above its average, a tenth less when it is far above.</summary>
/// <remarks>
/// A window lasts one average latency. With its mean latency r over what succeeded, average a and variance v of such means (weight 0.4) and limit L:
/// <code>
/// L was reached, nothing overloaded, r &lt;= a:      L' = L + 1, at most 200
/// something overloaded, or r >= a + 2.5 sqrt v:   L' = max(1, floor(0.9 L))
/// </code>
/// Source: vectordotdev/vector, <c>src/sinks/util/adaptive_concurrency/controller.rs</c>, with its defaults. Deviations: it starts where the scenario says,
/// not at 1; what finds no permit is refused, where Vector lets it wait.
/// </remarks>
/// <param name="initial">The first limit.</param>
internal sealed class VectorArm(int initial) : CountingArm
{
    private const int Max = 200;
    private const double DecreaseRatio = 0.9;
    private const double Weight = 0.4;
    private const double DeviationScale = 2.5;

    private int _limit = Math.Clamp(initial, 1, Max);
    private double? _mean;
    private double _variance;
    private long _nextUpdate;
    private long _sum;
    private int _count;
    private bool _anyOverloaded;
    private bool _isLimitReached;

    public override double Limit => _limit;

    protected override void Started(long now) => _isLimitReached |= InFlight >= _limit;

    protected override void Learn(long now, in Admission admission, AdmissionOutcome outcome)
    {
        _anyOverloaded |= outcome == AdmissionOutcome.Overloaded;
        if (outcome == AdmissionOutcome.Success)
        {
            _sum += now - admission.AdmittedAt;
            _count++;
        }

        double? current = _count > 0 ? (double)_sum / _count : null;
        if (_mean is not { } mean)
        {
            if (current is { } first)
            {
                Average(first);
                _nextUpdate = now + (long)first;
            }
        }
        else if (now >= _nextUpdate)
        {
            Step(current, mean);
            if (current is { } next)
            {
                Average(next);
            }

            _nextUpdate = now + (long)_mean;
            _sum = 0;
            _count = 0;
            _anyOverloaded = false;
            _isLimitReached = false;
        }
    }

    private void Step(double? current, double mean)
    {
        if (_limit < Max && _isLimitReached && !_anyOverloaded && current <= mean)
        {
            _limit++;
        }
        else if (_limit > 1 && (_anyOverloaded || (current ?? 0) >= mean + (DeviationScale * Math.Sqrt(_variance))))
        {
            _limit = Math.Max(1, (int)(_limit * DecreaseRatio));
        }
    }

    private void Average(double value)
    {
        double difference = value - (_mean ?? value);
        double increment = Weight * difference;
        _mean = (_mean ?? value) + increment;
        _variance = (1 - Weight) * (_variance + (difference * increment));
    }
}
