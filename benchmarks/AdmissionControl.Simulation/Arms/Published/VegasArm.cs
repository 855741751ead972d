namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>Vegas as Netflix ships it: a step for every sample, no window.</summary>
/// <remarks>
/// For a sample with latency r, in flight n at its start, least latency m and limit L, with k = max(1, floor(log10 L)):
/// <code>
/// every 30 L U(0.5, 1) samples, the probe:  m' = r
/// r &lt; m, or first sample:                   m' = r
/// overloaded:                               L' = L - k
/// 2 n &lt; L:                                  L' = L
/// q = ceil(L (1 - m/r)):
///   q &lt;= k: L' = L + 6k;   q &lt; 3k: L' = L + k;   q > 6k: L' = L - k;   else L' = L
/// </code>
/// then from 1 to 1000. Source: Netflix/concurrency-limits, <c>limit/VegasLimit.java</c>, with its defaults (smoothing 1: none). What is ignored gives no
/// sample. Deviation: it starts where the scenario says, not at 20.
/// </remarks>
/// <param name="initial">The first limit.</param>
/// <param name="random">Draws the distance of the probes.</param>
/// <param name="max">The largest limit.</param>
internal sealed class VegasArm(int initial, Random random, int max = VegasArm.DefaultMax) : CountingArm
{
    private const int DefaultMax = 1000;
    private const int Alpha = 3;
    private const int Beta = 6;
    private const double ProbeMultiplier = 30;

    private double _limit = Math.Clamp(initial, 1, max);
    private long _least;
    private int _sinceProbe;
    private double _probeJitter = NextJitter(random);

    public override double Limit => _limit;

    protected override void Learn(long now, in Admission admission, AdmissionOutcome outcome)
    {
        if (outcome == AdmissionOutcome.Ignored)
        {
            return;
        }

        long latency = Math.Max(1, now - admission.AdmittedAt);
        _sinceProbe++;
        if (_probeJitter * ProbeMultiplier * _limit <= _sinceProbe)
        {
            _probeJitter = NextJitter(random);
            _sinceProbe = 0;
            _least = latency;
        }
        else if (_least == 0 || latency < _least)
        {
            _least = latency;
        }
        else
        {
            _limit = Math.Clamp(_limit + Step(latency, admission.InFlight, outcome), 1, max);
        }
    }

    private int Step(long latency, int inFlight, AdmissionOutcome outcome)
    {
        int step = Math.Max(1, (int)Math.Log10((int)_limit));
        if (outcome == AdmissionOutcome.Overloaded)
        {
            return -step;
        }

        if (inFlight * 2 < _limit)
        {
            return 0;
        }

        double queue = Math.Ceiling(_limit * (1 - ((double)_least / latency)));
        return queue switch
        {
            _ when queue <= step => Beta * step,
            _ when queue < Alpha * step => step,
            _ when queue > Beta * step => -step,
            _ => 0,
        };
    }

    private static double NextJitter(Random random) => 0.5 + (0.5 * random.NextDouble());
}
