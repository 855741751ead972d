namespace AdmissionControl.Benchmarks.Overload;

/// <summary>What the unguarded server does alone, and at most.</summary>
/// <param name="UnloadedMean">The mean latency with one request at a time.</param>
/// <param name="UnloadedP99">Its 99th percentile.</param>
/// <param name="CapacityPerSecond">What it reaches while the generator takes its part of the same cores.</param>
/// <param name="OthersShare">What everything else took of the machine meanwhile; null where the system does not tell.</param>
internal sealed record Baseline(TimeSpan UnloadedMean, TimeSpan UnloadedP99, double CapacityPerSecond, double? OthersShare)
{
    private const double ObjectiveInUnloadedMeans = 10;

    /// <summary>An answer that takes longer is worth nothing.</summary>
    public TimeSpan Objective => ObjectiveInUnloadedMeans * UnloadedMean;
}
