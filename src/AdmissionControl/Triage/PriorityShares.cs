namespace AdmissionControl.Triage;

/// <summary>
/// Which share of the limit, and of the bucket's burst, each priority may use, so that some is kept for the more important even while they are away.
/// </summary>
/// <remarks>Immutable. The shares never rise from a more important priority to a less important one.</remarks>
internal sealed class PriorityShares
{
    /// <summary>The number of priorities.</summary>
    public const int Count = (int)RequestPriority.Bulk + 1;

    // Far above the error of a double product and far below one permit: 0.29 of 100 is 29, and 0.9 of 10 leaves 1.
    private const double Rounding = 1e-6;

    private readonly double[] _shares;

    /// <summary>Shares in order of importance, each above 0 and at most 1.</summary>
    public PriorityShares(params ReadOnlySpan<double> shares) => _shares = shares.ToArray();

    public double this[RequestPriority priority] => _shares[(int)priority];

    /// <summary>The most permits in flight that still let a request of this priority pass: its share of the limit, at least 1.</summary>
    public int Allowed(RequestPriority priority, int limit)
    {
        double share = _shares[(int)priority];
        return share >= 1 ? limit : Math.Max(1, (int)((share * limit) + Rounding));
    }

    /// <summary>The permits that a request of this priority must leave in the bucket.</summary>
    public int Reserve(RequestPriority priority, int burst)
    {
        double share = _shares[(int)priority];
        return share >= 1 ? 0 : (int)(((1 - share) * burst) + Rounding);
    }
}
