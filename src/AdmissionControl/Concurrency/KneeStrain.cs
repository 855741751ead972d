namespace AdmissionControl.Concurrency;

/// <summary>
/// A time in which more arrive than are served while nobody is blocked yet, so that they pile up. A burst is served at the full rate; where the rate falls and falls, those that wait slow the
/// service down, and more of them can only make it worse.
/// </summary>
/// <param name="Recent">Successes a second over the last hundred requests.</param>
/// <param name="Rate">The same over the last three hundred.</param>
/// <param name="Most">The highest that <paramref name="Rate"/> has been since the pile began to grow.</param>
/// <param name="Ends">Requests that ended since then.</param>
/// <param name="Seconds">How long ago that was.</param>
internal readonly record struct KneeStrain(double Recent, double Rate, double Most, double Ends, double Seconds)
{
    private const double RecentMemory = 100;
    private const double Memory = 300;
    private const double Least = 0.8;
    private const double Falling = 0.9;

    /// <summary>
    /// Whether those that wait slow the service down. A dependency that has become slow ends few at first and then more and more, so that the recent rate is above the mean since; here it is the
    /// other way round.
    /// </summary>
    public bool IsCollapse => Ends > Memory && Rate < Least * Most && Recent < Falling * Ends / Seconds;

    /// <summary>What it is after a window.</summary>
    /// <param name="readings">The window.</param>
    /// <param name="isPiling">Whether more arrive than are served, and nobody is blocked.</param>
    public KneeStrain After(in KneeReadings readings, bool isPiling)
    {
        double recent = Toward(Recent, readings, RecentMemory);
        double rate = Toward(Rate, readings, Memory);
        return isPiling
            ? new KneeStrain(recent, rate, Math.Max(Most, rate), Ends + readings.Ends, Seconds + readings.Seconds)
            : new KneeStrain(recent, rate, rate, Ends: 0, Seconds: 0);
    }

    private static double Toward(double rate, in KneeReadings readings, double memory) =>
        rate == 0 ? readings.Rate : rate + (Math.Min(1, readings.Ends / memory) * (readings.Rate - rate));
}
