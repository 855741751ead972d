namespace AdmissionControl.Benchmarks.Overload;

/// <summary>Measures what the others are compared with.</summary>
internal static class BaselineMeasurement
{
    private const int ClientsPerCore = 4;

    /// <param name="server">An unguarded server.</param>
    /// <param name="cores">The machine's.</param>
    /// <param name="length">The time for each of the two. Half of it goes by before them, while the code is compiled.</param>
    /// <param name="clock">The clock.</param>
    public static async Task<Baseline> RunAsync(ServerProcess server, int cores, TimeSpan length, TimeProvider clock)
    {
        using var door = new Door(server.Address);
        int clients = ClientsPerCore * cores;
        await ClosedLoad.RunAsync(door, clients, length / 2, clock);
        long start = clock.GetTimestamp();
        IReadOnlyList<double> unloadedMs = await ClosedLoad.RunAsync(door, clients: 1, length, clock);
        IReadOnlyList<double> fullMs = await ClosedLoad.RunAsync(door, clients, length, clock);
        HostFigures host = HostFigures.Of(server.Observed(start, clock.GetTimestamp()), clock.GetElapsedTime, cores);
        return new Baseline(
            TimeSpan.FromMilliseconds(unloadedMs.Average()),
            TimeSpan.FromMilliseconds(Percentile.Of(unloadedMs, 0.99)!.Value),
            fullMs.Count / length.TotalSeconds,
            host.OthersShare);
    }
}
