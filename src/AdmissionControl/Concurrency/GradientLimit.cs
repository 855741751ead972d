namespace AdmissionControl.Concurrency;

/// <summary>Netflix's Gradient2: shrinks the limit as recent latency rises above its long-term average.</summary>
/// <remarks>
/// For a window with mean latency s, limit L and long-term average l (an exponential average over 600 windows, an arithmetic one over the first ten; a window
/// without a latency changes nothing):
/// <code>
/// l' = l updated by s;  if l'/s > 2:  l' = 0.95 l'            (recover quickly after a spell of load)
/// 2 x most in flight &lt; L:            L' = L                   (the limit is not what holds traffic back)
/// g  = clamp(tolerance x l'/s, 0.5, 1)
/// L' = clamp(L x (1 - smoothing) + (L x g + queue) x smoothing, minimum, maximum)
/// </code>
/// Source: Netflix concurrency-limits' <c>Gradient2Limit</c>, with its defaults (start 20, 20 to 200, tolerance 1.5, queue 4, smoothing 0.2, window
/// 600). It ignores overloaded outcomes, and under a mild overload that lasts the average follows the latency and the limit drifts up (its issues
/// 137 and 176). Immutable.
/// </remarks>
public sealed record GradientLimit : ILimitAlgorithm
{
    private const int WarmupWindows = 10;
    private const double AverageWindows = 600;
    private const double RecoveryRatio = 2;
    private const double RecoveryFactor = 0.95;

    private readonly LimitRange _range;

    /// <summary>The rule at its initial limit.</summary>
    /// <param name="range">Start and bounds; 20, 20 to 200 when null.</param>
    /// <param name="tolerance">How far latency may rise above its average before the limit shrinks: at least 1. Default 1.5.</param>
    /// <param name="queueSize">Permits by which the limit may grow in one window before smoothing, at least 0. Default 4.</param>
    /// <param name="smoothing">Weight of the new limit against the old: above 0, at most 1. Default 0.2.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance, the queue or the smoothing is out of its range.</exception>
    public GradientLimit(LimitRange? range = null, double tolerance = 1.5, int queueSize = 4, double smoothing = 0.2)
    {
        if (!(tolerance >= 1 && double.IsFinite(tolerance)))
        {
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance must be at least 1.");
        }

        if (!(smoothing > 0 && smoothing <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "The smoothing must be above 0 and at most 1.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(queueSize);
        _range = range ?? new LimitRange(initial: 20, min: 20, max: 200);
        Tolerance = tolerance;
        QueueSize = queueSize;
        Smoothing = smoothing;
        Limit = _range.Initial;
    }

    /// <inheritdoc/>
    public double Limit { get; private init; }

    /// <inheritdoc/>
    public int MaxLimit => _range.Max;

    /// <summary>How far latency may rise above its average before the limit shrinks.</summary>
    public double Tolerance { get; }

    /// <summary>Permits by which the limit may grow in one window before smoothing.</summary>
    public int QueueSize { get; }

    /// <summary>Weight of the new limit against the old.</summary>
    public double Smoothing { get; }

    /// <summary>The long-term average of latency; zero before the first window.</summary>
    public TimeSpan LongTermLatency => TimeSpan.FromTicks((long)LongTermTicks);

    private double LongTermTicks { get; init; }

    private int Windows { get; init; }

    private double WarmupSum { get; init; }

    /// <inheritdoc/>
    public ILimitAlgorithm After(in LimitWindow window)
    {
        if (!window.HasLatency)
        {
            return this;
        }

        double shortTerm = window.MeanLatency.Ticks;
        int windows = Math.Min(Windows + 1, WarmupWindows + 1);
        double sum = WarmupSum + shortTerm;
        double longTerm = windows <= WarmupWindows
            ? sum / windows
            : LongTermTicks + ((shortTerm - LongTermTicks) * 2 / (AverageWindows + 1));
        if (longTerm > RecoveryRatio * shortTerm)
        {
            longTerm *= RecoveryFactor;
        }

        return this with
        {
            Windows = windows,
            WarmupSum = sum,
            LongTermTicks = longTerm,
            Limit = window.MaxInFlight * 2.0 < Limit ? Limit : Step(longTerm, shortTerm),
        };
    }

    private double Step(double longTerm, double shortTerm)
    {
        double gradient = shortTerm <= 0 ? 1 : Math.Clamp(Tolerance * longTerm / shortTerm, 0.5, 1);
        double target = (Limit * gradient) + QueueSize;
        return _range.Clamp((Limit * (1 - Smoothing)) + (target * Smoothing));
    }
}
