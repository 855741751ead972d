namespace AdmissionControl.Benchmarks.Overload;

/// <summary>How the server and the machine did in one span of time. Shares are of all cores.</summary>
/// <param name="Limit">The limit at the end; null without one.</param>
/// <param name="InFlight">The mean of what was in flight.</param>
/// <param name="WitnessMs">The median of what the host's witness said; null when it said nothing.</param>
/// <param name="ServerShare">The processor time of the server.</param>
/// <param name="GeneratorShare">That of the load generator.</param>
/// <param name="OthersShare">That of everything else on the machine; null where the system does not tell.</param>
internal sealed record HostFigures(
    int? Limit, double InFlight, double? WitnessMs, double ServerShare, double GeneratorShare, double? OthersShare)
{
    /// <param name="observations">Those of the span, in order.</param>
    /// <param name="elapsed">The time between two timestamps.</param>
    /// <param name="cores">The machine's.</param>
    /// <exception cref="InvalidOperationException">There are fewer than two: the server was not heard of.</exception>
    public static HostFigures Of(IReadOnlyList<Observation> observations, Func<long, long, TimeSpan> elapsed, int cores)
    {
        if (observations.Count < 2)
        {
            throw new InvalidOperationException("The server said nothing for a whole step.");
        }

        Observation first = observations[0];
        Observation last = observations[^1];
        TimeSpan available = cores * elapsed(first.Timestamp, last.Timestamp);
        double server = (last.Server.Cpu - first.Server.Cpu) / available;
        double generator = (last.GeneratorCpu - first.GeneratorCpu) / available;
        return new HostFigures(
            last.Server.Limit,
            observations.Average(o => o.Server.InFlight),
            Percentile.Of(observations.Select(o => o.Server.Witness).OfType<TimeSpan>().Select(w => w.TotalMilliseconds), 0.5),
            server,
            generator,
            BusyShare(first, last) is { } busy ? Math.Max(0, busy - server - generator) : null);
    }

    private static double? BusyShare(Observation first, Observation last) =>
        first.Machine is { } before && last.Machine is { } after && after.Total > before.Total
            ? (after.Busy - before.Busy) / (double)(after.Total - before.Total)
            : null;
}
