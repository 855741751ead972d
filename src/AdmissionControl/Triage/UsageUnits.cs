namespace AdmissionControl.Triage;

/// <summary>The unit in which usage is counted, a sixteenth of a permit, and what a steady rate comes to in it.</summary>
/// <remarks>In whole permits, a client that asks once a second would be forgotten at each halving. Four bits keep it in sight for five seconds, and leave 268 million permits to a cell.</remarks>
internal static class UsageUnits
{
    public const int PerPermit = 1 << Bits;

    private const int Bits = 4;

    public static uint Of(int permits) => (uint)Math.Min((ulong)(uint)permits << Bits, uint.MaxValue);

    /// <summary>The most that a client at a steady rate has after any charge: 2 x rate + 1 permits.</summary>
    /// <remarks>
    /// Let N(k) be what it asked for in the last k seconds, at most rate x k + 1 for a client that keeps to the rate. What is halved each second is the sum of N(k) / 2^k over all k, at most the sum of
    /// (rate x k + 1) / 2^k, which is 2 x rate + 1.
    /// </remarks>
    public static double MostAt(double permitsPerSecond) => ((2 * permitsPerSecond) + 1) * PerPermit;
}
