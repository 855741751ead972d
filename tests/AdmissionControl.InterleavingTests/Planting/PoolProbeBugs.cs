namespace AdmissionControl.InterleavingTests.Planting;

/// <summary>Mistakes in the probe of the thread pool.</summary>
internal static class PoolProbeBugs
{
    private const string Probe = "Hosting/PoolProbe.cs";

    public static IEnumerable<PlantedBug> All { get; } =
    [
        new(
            "probe: a reader looks at the clock before the item that it speaks of was posted",
            "probe: a reading meets the ticks",
            Probe,
            """
                        lock (_lock)
                        {
                            return _history.MedianAt(Now);
                        }
            """,
            """
                        TimeSpan now = Now;
                        lock (_lock)
                        {
                            return _history.MedianAt(now);
                        }
            """),
        new(
            "probe: an item that waits counts from the second post",
            "probe: a reading meets the ticks",
            Probe,
            """
                        if (!_history.TryPost(Now, isIdle))
                        {
                            return;
                        }
            """,
            """
                        _history.Withdraw();
                        _history.TryPost(Now, isIdle);
            """),
    ];
}
