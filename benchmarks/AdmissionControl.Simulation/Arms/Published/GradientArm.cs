namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>Netflix's first gradient: shrinks the limit as latency rises above twice the least since the last probe.</summary>
/// <remarks>
/// For a window with mean latency r, most in flight n, least such latency m since the last probe and limit L, with q = max(4, floor(sqrt L)):
/// <code>
/// every 1000 to 2000 windows, the probe:  L' = q, m forgotten, else
/// g = clamp(2 m/r, 0.5, 1)
/// overloaded:  t = 0.9 L
/// n &lt; L/2:     L' = L
/// else:        t = L g + q
/// t &lt; L:       t = max(1, 0.8 L + 0.2 t)
/// L' = max(q, min(1000, t))
/// </code>
/// Source: Netflix/concurrency-limits, <c>limit/GradientLimit.java</c>, with its defaults, under <see cref="SampleWindow"/>. Deviation: it starts where the
/// scenario says, not at 50.
/// </remarks>
/// <param name="initial">The first limit.</param>
/// <param name="random">Draws the distance of the probes.</param>
internal sealed class GradientArm(int initial, Random random) : CountingArm
{
    private const int Min = 1;
    private const int Max = 1000;
    private const int LeastQueue = 4;
    private const double Tolerance = 2;
    private const double Smoothing = 0.2;
    private const double Backoff = 0.9;
    private const int ProbeInterval = 1000;

    private readonly SampleWindow _window = new();
    private double _limit = Math.Clamp(initial, Min, Max);
    private long _least = long.MaxValue;
    private int _untilProbe = ProbeInterval + random.Next(ProbeInterval);

    public override double Limit => _limit;

    protected override void Learn(long now, in Admission admission, AdmissionOutcome outcome)
    {
        if (_window.Add(now, admission, outcome))
        {
            Step();
        }
    }

    private void Step()
    {
        int queue = Math.Max(LeastQueue, (int)Math.Sqrt((int)_limit));
        if (_untilProbe-- <= 0)
        {
            _untilProbe = ProbeInterval + random.Next(ProbeInterval);
            _limit = Math.Max(Min, queue);
            _least = long.MaxValue;
            return;
        }

        _least = Math.Min(_least, _window.MeanLatency);
        if (!_window.AnyOverloaded && _window.MaxInFlight < _limit / 2)
        {
            return;
        }

        double gradient = Math.Clamp(Tolerance * _least / _window.MeanLatency, 0.5, 1);
        double target = _window.AnyOverloaded ? _limit * Backoff : (_limit * gradient) + queue;
        if (target < _limit)
        {
            target = Math.Max(Min, (_limit * (1 - Smoothing)) + (target * Smoothing));
        }

        _limit = Math.Max(queue, Math.Min(Max, target));
    }
}
