namespace AdmissionControl.Concurrency;

/// <summary>
/// What is served in the long run while the limit decides it. Less than after the last trial has a cause which that trial does not know: the service lost some of its capacity, or a latency that
/// was bare has become a queue, in which so many are in flight that all are slowed down.
/// </summary>
/// <param name="Rate">Successes a second over the last few thousand requests.</param>
/// <param name="Ends">The requests that ended since the trial.</param>
/// <param name="Usual">What the rate was when enough of them had, or what it has risen to since; zero until then.</param>
internal readonly record struct KneeLongRate(double Rate, double Ends, double Usual)
{
    // Enough that a tenth is more than chance, unless the work varies much.
    private const double Memory = 3000;
    private const double Least = 0.9;

    /// <summary>Whether less is served than after the trial.</summary>
    public bool HasFallen => Rate < Least * Usual;

    public KneeLongRate After(in KneeReadings readings)
    {
        double ends = Ends + readings.Ends;
        double rate = Rate + (Share(readings.Ends, ends) * (readings.Rate - Rate));
        double usual = Usual == 0 ? rate : Usual + (Share(readings.Ends, ends) * Math.Max(0, rate - Usual));
        return new KneeLongRate(rate, ends, ends > Memory ? usual : 0);
    }

    private static double Share(double ends, double all) => Math.Min(1, ends / Math.Min(all, Memory));
}
