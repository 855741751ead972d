using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>failsafe-go's adaptive limiter: Vegas against a moving baseline, held down by how latency and throughput go with what is in flight.</summary>
/// <remarks>
/// A window ends with the first sample after clamp(2 x least latency, 1 s, 30 s) if it holds 50. With its 90th percentile, through a median of five and an average
/// of age 5, as r, most in flight n and limit L, and k = 1 below L = 100, 2 below 1000:
/// <code>
/// b = average of r of age 10;  q = ceil(L (1 - b/r))
/// over the last 50 windows: t = correlation of n and n/r, v = variation of n/r, c = correlation of n and r
/// q > 6k:                                                                        L' = L - k
/// no permit free, and t &lt; 0, or t &lt; 0.3 and c > 0.5, or v &lt; 0.2 and c > 0.5:  L' = L - k
/// q &lt; 3k:                                                                        L' = L + k
/// L' > 5 n:                                                                      L' = L - k
/// </code>
/// then from 1 to 200. Source: failsafe-go/failsafe-go, <c>adaptivelimiter/adaptivelimiter.go</c>, without its queue, which is off by default. Its executor
/// records every answer, also a failed one; a cancelled request is dropped without a sample. Deviations: the exact percentile, where a t-digest stands; it starts
/// where the scenario says, not at 20.
/// </remarks>
/// <param name="initial">The first limit.</param>
/// <param name="baseline">The average that becomes the baseline; new unless a test has warmed it.</param>
internal sealed class FailsafeArm(int initial, MovingAverage baseline) : CountingArm
{
    private const int Min = 1;
    private const int Max = 200;
    private const double MaxLimitFactor = 5;
    private const double Quantile = 0.9;
    private const int LeastSamples = 50;
    private const long ShortestWindow = VirtualTime.Second;
    private const long LongestWindow = 30 * VirtualTime.Second;
    private const int SmoothedAge = 5;
    private const int Correlated = 50;
    private const int Warmup = 10;

    private readonly LatencySamples _samples = new();
    private readonly MedianFilter _median = new();
    private readonly MovingAverage _smoothed = new(SmoothedAge);
    private readonly CorrelationWindow _throughput = new(Correlated, Warmup);
    private readonly CorrelationWindow _latency = new(Correlated, Warmup);
    private double _limit = Math.Clamp(initial, Min, Max);
    private long _nextUpdate;
    private long _least = long.MaxValue;
    private int _maxInFlight;

    public FailsafeArm(int initial)
        : this(initial, new MovingAverage(BaselineAge))
    {
    }

    /// <summary>How many windows the baseline remembers, roughly.</summary>
    public static int BaselineAge => 10;

    public override double Limit => _limit;

    /// <summary>The recent latency that the limit was last set by, nanoseconds.</summary>
    public double RecentLatency => _smoothed.Value;

    protected override void Learn(long now, in Admission admission, AdmissionOutcome outcome)
    {
        if (outcome != AdmissionOutcome.Ignored)
        {
            long latency = now - admission.AdmittedAt;
            _samples.Add(latency);
            _least = Math.Min(_least, latency);
            _maxInFlight = Math.Max(_maxInFlight, admission.InFlight);
        }

        if (now > _nextUpdate && _samples.Count >= LeastSamples)
        {
            // The permit that ends now is given back only afterwards.
            Update(Math.Max(1, _smoothed.Add(_median.Add(_samples.Quantile(Quantile)))), isFull: InFlight + 1 >= (int)_limit);
            _nextUpdate = now + Math.Clamp(2 * _least, ShortestWindow, LongestWindow);
            _samples.Clear();
            _least = long.MaxValue;
            _maxInFlight = 0;
        }
    }

    /// <summary>Which way the limit goes: 1, 0 or -1.</summary>
    internal static int Direction(double queue, int step, bool isFull, double throughput, double variation, double latency) => queue switch
    {
        _ when queue > 6 * step => -1,
        _ when isFull && throughput < 0 => -1,
        _ when isFull && throughput < 0.3 && latency > 0.5 => -1,
        _ when isFull && variation < 0.2 && latency > 0.5 => -1,
        _ when queue < 3 * step => 1,
        _ => 0,
    };

    private void Update(double recent, bool isFull)
    {
        double queue = Math.Ceiling(_limit * (1 - (baseline.Add(recent) / recent)));
        (double throughput, double variation) = _throughput.Add(_maxInFlight, _maxInFlight * VirtualTime.Second / recent);
        (double latency, _) = _latency.Add(_maxInFlight, recent);
        int step = Math.Max(1, (int)Math.Log10((int)_limit));
        double next = _limit + (step * Direction(queue, step, isFull, throughput, variation, latency));
        if (next > _maxInFlight * MaxLimitFactor)
        {
            next = _limit - step;
        }

        _limit = Math.Clamp(next, Min, Max);
    }
}
