namespace AdmissionControl.Benchmarks.Overload;

/// <summary>What the unguarded server does alone, and at most.</summary>
/// <param name="UnloadedMean">The mean latency with one request at a time.</param>
/// <param name="UnloadedP99">Its 99th percentile.</param>
/// <param name="CapacityPerSecond">What it reaches while the generator takes its part of the same cores.</param>
internal sealed record Baseline(TimeSpan UnloadedMean, TimeSpan UnloadedP99, double CapacityPerSecond)
{
    private const double ObjectiveInUnloadedMeans = 10;

    /// <summary>An answer that takes longer is worth nothing.</summary>
    public TimeSpan Objective => ObjectiveInUnloadedMeans * UnloadedMean;

    /// <param name="door">The way to it.</param>
    /// <param name="cores">The machine's.</param>
    /// <param name="length">The time for each of the two; half of it before them, until the code is compiled and the pool has its threads.</param>
    /// <param name="clock">The clock.</param>
    public static async Task<Baseline> MeasureAsync(Door door, int cores, TimeSpan length, TimeProvider clock)
    {
        int clients = 4 * cores;
        await ClosedLoad.RunAsync(door, clients, length / 2, clock);
        IReadOnlyList<double> unloadedMs = await ClosedLoad.RunAsync(door, clients: 1, length, clock);
        IReadOnlyList<double> fullMs = await ClosedLoad.RunAsync(door, clients, length, clock);
        return new Baseline(
            TimeSpan.FromMilliseconds(unloadedMs.Average()),
            TimeSpan.FromMilliseconds(Percentile.Of(unloadedMs, 0.99)!.Value),
            fullMs.Count / length.TotalSeconds);
    }
}
