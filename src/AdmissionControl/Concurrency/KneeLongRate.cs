namespace AdmissionControl.Concurrency;

/// <summary>
/// What is served in the long run. Less, while the limit decides it, than has been served since the last trial has a cause which that trial does not know: the service lost some of its capacity,
/// or a latency that was bare has become a queue, in which so many are in flight that all are slowed down.
/// </summary>
/// <param name="Rate">Successes a second over the last few thousand requests, but none from before the limit began, or ceased, to decide.</param>
/// <param name="Ends">The requests that ended since then.</param>
/// <param name="IsBound">Whether the limit decides.</param>
/// <param name="Usual">What the rate has risen to since the trial, once enough requests had ended; zero until then. It follows the rate upwards, smoothed once more.</param>
internal readonly record struct KneeLongRate(double Rate, double Ends, bool IsBound, double Usual)
{
    // Enough that a tenth is more than chance, unless the work varies much.
    private const double Memory = 3000;
    private const double Least = 0.9;

    /// <summary>Whether the limit decides, and less is served than there has been.</summary>
    public bool HasFallen => IsBound && Ends > Memory && Rate < Least * Usual;

    public KneeLongRate After(in KneeReadings readings, bool isBound)
    {
        double ends = readings.Ends + (isBound == IsBound ? Ends : 0);
        double weight = Math.Min(1, readings.Ends / Math.Min(ends, Memory));
        double rate = Rate + (weight * (readings.Rate - Rate));
        double usual = ends <= Memory ? Usual : Usual == 0 ? rate : Usual + (weight * Math.Max(0, rate - Usual));
        return new KneeLongRate(rate, ends, isBound, usual);
    }
}
