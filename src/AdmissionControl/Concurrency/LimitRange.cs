namespace AdmissionControl.Concurrency;

/// <summary>Where an adaptive limit starts and between which bounds it moves, in permits.</summary>
/// <remarks>Immutable. 1 &lt;= <see cref="Min"/> &lt;= <see cref="Initial"/> &lt;= <see cref="Max"/>.</remarks>
public sealed record LimitRange
{
    /// <summary>A range.</summary>
    /// <param name="initial">The limit before the first window.</param>
    /// <param name="min">The smallest limit, at least 1.</param>
    /// <param name="max">The largest limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The three are not in the order 1, minimum, initial, maximum.</exception>
    public LimitRange(int initial, int min, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(min, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(initial, min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(initial, max);
        Initial = initial;
        Min = min;
        Max = max;
    }

    /// <summary>The limit before the first window.</summary>
    public int Initial { get; }

    /// <summary>The smallest limit.</summary>
    public int Min { get; }

    /// <summary>The largest limit.</summary>
    public int Max { get; }

    internal double Clamp(double limit) => Math.Clamp(limit, Min, Max);
}
