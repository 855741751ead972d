namespace AdmissionControl.Concurrency;

/// <summary>A limit that does not move.</summary>
/// <remarks>Immutable. A gate under this rule measures no latency.</remarks>
public sealed record FixedLimit : ILimitAlgorithm
{
    /// <summary>A limit of the given number of permits.</summary>
    /// <param name="limit">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is below 1.</exception>
    public FixedLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        MaxLimit = limit;
    }

    /// <inheritdoc/>
    public double Limit => MaxLimit;

    /// <inheritdoc/>
    public int MaxLimit { get; }

    /// <inheritdoc/>
    public ILimitAlgorithm After(in LimitWindow window) => this;
}
