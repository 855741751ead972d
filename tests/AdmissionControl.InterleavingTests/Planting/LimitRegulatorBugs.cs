namespace AdmissionControl.InterleavingTests.Planting;

/// <summary>Mistakes in the closing of windows.</summary>
internal static class LimitRegulatorBugs
{
    private const string Regulator = "Concurrency/LimitRegulator.cs";
    private const string Tally = "Concurrency/LatencyTally.cs";

    public static IEnumerable<PlantedBug> All { get; } =
    [
        new(
            "regulator: a window is closed by one who found it due and came late",
            "regulator: samples that all find the window due",
            Regulator,
            "            if ((IsTimely(now) || IsCrowded(now) || _recorder.IsFull || IsTooLong(now)) && TryStep(TakeWindow(now), out Step step))",
            "            if (TryStep(TakeWindow(now), out Step step))"),
        new(
            "regulator: samples that come while the window is read are lost",
            "regulator: samples that all find the window due",
            Tally,
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
        new(
            "regulator: a request looks for the others before it is counted itself",
            "regulator: a success and a request that is ignored, the last two of a window",
            Regulator,
            "        if (_recorder.Add(now - admittedAt, inFlight, outcome, permits) || IsTimely(now) || IsCrowded(now))",
            "        if (IsTimely(now) | _recorder.Add(now - admittedAt, inFlight, outcome, permits) || IsCrowded(now))"),
        new(
            "regulator: the size that the rule asked for is written after others may close again",
            "regulator: a rule asks for a longer window while others end",
            Regulator,
            """
                        if ((IsTimely(now) || IsCrowded(now) || _recorder.IsFull || IsTooLong(now)) && TryStep(TakeWindow(now), out Step step))
                        {
                            Apply(step);
                        }
                    }
                    finally
                    {
            """,
            """
                        if ((IsTimely(now) || IsCrowded(now) || _recorder.IsFull || IsTooLong(now)) && TryStep(TakeWindow(now), out Step step))
                        {
                            Volatile.Write(ref _closing, 0);
                            Apply(step);
                        }
                    }
                    finally
                    {
            """),
    ];
}
