namespace AdmissionControl.Simulation.Oracles;

/// <summary>The best that a fixed limit does in each phase, for one scenario and one seed.</summary>
/// <param name="Good">Good answers in the marked part of each phase.</param>
/// <param name="Limits">The limit that gave them.</param>
internal sealed record OracleResult(long[] Good, int[] Limits)
{
    /// <summary>Good answers in all marked parts.</summary>
    public long Total => Good.Sum();
}
