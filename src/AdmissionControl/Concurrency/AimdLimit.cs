namespace AdmissionControl.Concurrency;

/// <summary>Additive increase, multiplicative decrease: one permit more while the limit is used and nothing fails, a tenth less at a failure.</summary>
/// <remarks>
/// For a window with mean latency r and limit L (one without samples changes nothing):
/// <code>
/// any sample overloaded, or r > timeout:  L' = floor(L x backoff)
/// else if 2 x most in flight >= L:        L' = L + 1
/// else                                    L' = L
/// </code>
/// then kept between minimum and maximum. Source: D.-M. Chiu and R. Jain, "Analysis of the increase and decrease algorithms for congestion avoidance"
/// (1989), in the form and with the defaults of Netflix concurrency-limits' <c>AIMDLimit</c> (start 20, 20 to 200, back-off 0.9, timeout 5 s), which
/// applies it to each sample; here, as under its <c>WindowedLimit</c>, to each window. It does nothing about overload that shows only in latency
/// below the timeout. Immutable.
/// </remarks>
public sealed record AimdLimit : ILimitAlgorithm
{
    private readonly LimitRange _range;

    /// <summary>The rule at its initial limit.</summary>
    /// <param name="range">Start and bounds; 20, 20 to 200 when null.</param>
    /// <param name="backoff">What a failure leaves of the limit: at least 0.5 and below 1. Default 0.9.</param>
    /// <param name="timeout">A mean latency above it counts as a failure; longer than zero. Default 5 s.</param>
    /// <exception cref="ArgumentOutOfRangeException">The back-off or the timeout is out of its range.</exception>
    public AimdLimit(LimitRange? range = null, double backoff = 0.9, TimeSpan? timeout = null)
    {
        if (!(backoff >= 0.5 && backoff < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(backoff), backoff, "The back-off must be at least 0.5 and below 1.");
        }

        Timeout = timeout ?? TimeSpan.FromSeconds(5);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero, nameof(timeout));
        _range = range ?? new LimitRange(initial: 20, min: 20, max: 200);
        Backoff = backoff;
        Limit = _range.Initial;
    }

    /// <inheritdoc/>
    public double Limit { get; private init; }

    /// <inheritdoc/>
    public int MaxLimit => _range.Max;

    /// <summary>What a failure leaves of the limit.</summary>
    public double Backoff { get; }

    /// <summary>The mean latency above which a window counts as failed.</summary>
    public TimeSpan Timeout { get; }

    /// <inheritdoc/>
    public ILimitAlgorithm After(in LimitWindow window) => window.Samples == 0 ? this : this with { Limit = _range.Clamp(Step(window)) };

    private double Step(in LimitWindow window)
    {
        if (window.Overloaded > 0 || window.MeanLatency > Timeout)
        {
            return Math.Floor(Limit * Backoff);
        }

        return window.MaxInFlight * 2.0 >= Limit ? Limit + 1 : Limit;
    }
}
