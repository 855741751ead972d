namespace AdmissionControl.InterleavingTests.Planting;

/// <summary>Mistakes in the closing of windows.</summary>
internal static class LimitRegulatorBugs
{
    private const string Regulator = "Concurrency/LimitRegulator.cs";

    public static IEnumerable<PlantedBug> All { get; } =
    [
        new(
            "regulator: a window is closed by one who found it due and came late",
            "regulator: samples that all find the window due",
            Regulator,
            "            if (IsDue(Volatile.Read(ref _samples), now) && TryNext(TakeWindow(now), out ILimitAlgorithm next, out int limit))",
            "            if (TryNext(TakeWindow(now), out ILimitAlgorithm next, out int limit))"),
        new(
            "regulator: samples that come while the window is read are lost",
            "regulator: samples that all find the window due",
            Regulator,
            "        long samples = Interlocked.Exchange(ref _samples, 0);",
            """
                    long samples = Volatile.Read(ref _samples);
                    Volatile.Write(ref _samples, 0);
            """),
        new(
            "regulator: two close at once, because the flag is read and set in two steps",
            "regulator: a new rule while a window closes",
            Regulator,
            """
                    if (Interlocked.Exchange(ref _closing, 1) != 0)
                    {
                        return;
                    }
            """,
            """
                    if (Volatile.Read(ref _closing) != 0)
                    {
                        return;
                    }

                    Volatile.Write(ref _closing, 1);
            """),
        new(
            "regulator: a new rule does not wait for the window that closes",
            "regulator: a new rule while a window closes",
            Regulator,
            "        while (Interlocked.Exchange(ref _closing, 1) != 0)",
            "        if (Interlocked.Exchange(ref _closing, 1) != 0)"),
    ];
}
