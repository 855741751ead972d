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
            "        if (IsDue(Volatile.Read(ref _samples), now))\n        {\n            Apply(Next(TakeWindow(now)));\n        }\n",
            "        Apply(Next(TakeWindow(now)));\n"),
        new(
            "regulator: samples that come while the window is read are lost",
            "regulator: samples that all find the window due",
            Regulator,
            "        long samples = Interlocked.Exchange(ref _samples, 0);\n",
            "        long samples = Volatile.Read(ref _samples);\n        Volatile.Write(ref _samples, 0);\n"),
        new(
            "regulator: two close at once, because the flag is read and set in two steps",
            "regulator: a new rule while a window closes",
            Regulator,
            "        if (Interlocked.Exchange(ref _closing, 1) != 0)\n        {\n            return;\n        }\n",
            "        if (Volatile.Read(ref _closing) != 0)\n        {\n            return;\n        }\n\n        Volatile.Write(ref _closing, 1);\n"),
        new(
            "regulator: a new rule does not wait for the window that closes",
            "regulator: a new rule while a window closes",
            Regulator,
            "        while (Interlocked.Exchange(ref _closing, 1) != 0)\n",
            "        if (Interlocked.Exchange(ref _closing, 1) != 0)\n"),
    ];
}
