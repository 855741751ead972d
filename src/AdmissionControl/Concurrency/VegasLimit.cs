namespace AdmissionControl.Concurrency;

/// <summary>Vegas: estimates the requests that wait, from how far latency lies above the least seen, and keeps them few.</summary>
/// <remarks>
/// For a window with mean latency r, least latency m seen so far and limit L, with k = max(1, floor(log10 L)) (one
/// without a latency changes nothing):
/// <code>
/// r &lt; m, or first window:          m' = r, L' = L
/// any sample overloaded:           L' = L - k
/// 2 x most in flight &lt; L:          L' = L                 (the limit is not what holds traffic back)
/// q = ceil(L (1 - m/r)), the queue:
///   q &lt;= k:                        L' = L + 6k            (beta: nothing waits, hurry)
///   q &lt; 3k (alpha):                L' = L + k
///   q > 6k (beta):                 L' = L - k
///   else                           L' = L
/// </code>
/// then kept between minimum and maximum. Every 30 L to 15 L windows the least latency is forgotten and taken afresh (a probe), because the service may have
/// become slower for good. Source: L. Brakmo and L. Peterson, "TCP Vegas" (1995), in the form and with the defaults of Netflix concurrency-limits' <c>VegasLimit</c>
/// (start 20, 1 to 1000) under its <c>WindowedLimit</c>. A probe under load takes the loaded latency for the least (its issue 165); a slow dependency
/// looks like a queue (its issue 171). Immutable.
/// </remarks>
public sealed record VegasLimit : ILimitAlgorithm
{
    private const int Alpha = 3;
    private const int Beta = 6;
    private const double ProbeMultiplier = 30;

    private readonly LimitRange _range;

    /// <summary>The rule at its initial limit.</summary>
    /// <param name="range">Start and bounds; 20, 1 to 1000 when null.</param>
    public VegasLimit(LimitRange? range = null)
        : this(range, jitterSeed: 0x9E3779B97F4A7C15UL)
    {
    }

    internal VegasLimit(LimitRange? range, ulong jitterSeed)
    {
        _range = range ?? new LimitRange(initial: 20, min: 1, max: 1000);
        Limit = _range.Initial;
        JitterState = jitterSeed;
    }

    /// <inheritdoc/>
    public double Limit { get; private init; }

    /// <inheritdoc/>
    public int MaxLimit => _range.Max;

    /// <summary>The least latency seen since the last probe; zero before the first window.</summary>
    public TimeSpan LeastLatency { get; private init; }

    private int WindowsSinceProbe { get; init; }

    private ulong JitterState { get; init; }

    // The probe's distance is drawn anew after every probe, half to all of 30 L windows, so that many instances do not probe together.
    private double ProbeDistance => ProbeMultiplier * Limit * (0.5 + (0.5 * (JitterState >> 11) / (1UL << 53)));

    /// <inheritdoc/>
    public ILimitAlgorithm After(in LimitWindow window)
    {
        if (!window.HasLatency)
        {
            return this;
        }

        VegasLimit counted = this with { WindowsSinceProbe = WindowsSinceProbe + 1 };
        if (counted.WindowsSinceProbe >= ProbeDistance)
        {
            return this with { WindowsSinceProbe = 0, JitterState = NextJitter(JitterState), LeastLatency = window.MeanLatency };
        }

        if (LeastLatency == TimeSpan.Zero || window.MeanLatency < LeastLatency)
        {
            return counted with { LeastLatency = window.MeanLatency };
        }

        return counted with { Limit = _range.Clamp(Step(window)) };
    }

    private double Step(in LimitWindow window)
    {
        int step = Math.Max(1, (int)Math.Log10(Limit));
        if (window.Overloaded > 0)
        {
            return Limit - step;
        }

        if (window.MaxInFlight * 2.0 < Limit)
        {
            return Limit;
        }

        double queue = Math.Ceiling(Limit * (1 - (LeastLatency / window.MeanLatency)));
        return queue switch
        {
            _ when queue <= step => Limit + (Beta * step),
            _ when queue < Alpha * step => Limit + step,
            _ when queue > Beta * step => Limit - step,
            _ => Limit,
        };
    }

    // Marsaglia's xorshift64: enough for a jitter, and a pure function.
    private static ulong NextJitter(ulong state)
    {
        state ^= state << 13;
        state ^= state >> 7;
        return state ^ (state << 17);
    }
}
