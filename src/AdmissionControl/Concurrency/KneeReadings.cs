namespace AdmissionControl.Concurrency;

/// <summary>A window in the units of <see cref="KneeLimit"/>: seconds, requests a second, shares.</summary>
/// <param name="Seconds">How long the window was.</param>
/// <param name="Ends">Requests that ended, however they did.</param>
/// <param name="Failed">Those among them that were overloaded.</param>
/// <param name="Rate">Successes a second.</param>
/// <param name="Latency">The mean latency of the successes; of all that ended when there was none. Seconds.</param>
/// <param name="Population">Permits in flight on the average.</param>
/// <param name="InFlight">Permits in flight at the end of the window.</param>
/// <param name="Blocked">The share of the arrivals that found no permit.</param>
/// <param name="Late">The share of those that ended beyond the objective.</param>
/// <param name="HostDelay">How long work waits for this host, seconds; zero when nobody can say.</param>
internal readonly record struct KneeReadings(
    double Seconds, double Ends, double Failed, double Rate, double Latency, double Population, int InFlight, double Blocked, double Late, double HostDelay)
{
    // Half of those that ended: what runs off faster says nothing more.
    private const double LeastOfEnds = 0.5;

    private const double SettledShare = 0.5;
    private const double Shortest = 1e-3;
    private const double Longest = 24 * 3600;

    /// <summary>Requests a second that ended, however they did.</summary>
    public double EndRate => Ends / Seconds;

    /// <summary>Whether anybody was blocked, but for a chance arrival.</summary>
    public bool IsBlocking => Blocked >= 0.02;

    /// <summary>Whether more than half of those that ended failed: how fast they did says nothing about how fast the service is.</summary>
    public bool IsFailing => 2 * Failed > Ends;

    /// <summary>Whether those that ended tell of the long requests, too. Right behind a start, a raise or a slow-down only the short ones have ended yet; by Little's law their population shows it.</summary>
    public bool IsSettled => Population > SettledShare * InFlight;

    /// <summary>
    /// The share of the arrivals that is more than what ends, whether it was blocked or has found a permit and is in flight now: under a limit that was raised nobody is blocked until it is filled,
    /// and yet no less arrives. Below zero while what is in flight runs off.
    /// </summary>
    /// <param name="before">Permits in flight when the window began.</param>
    public double Excess(int before)
    {
        double arrivals = (Ends / (1 - Blocked)) + InFlight - before;
        return arrivals > LeastOfEnds * Ends ? 1 - (Ends / arrivals) : 1 - (1 / LeastOfEnds);
    }

    /// <summary>Reads a window. What no gate can have measured counts as the nearest that one can, so that no later step divides by nothing or leaves the numbers.</summary>
    public static KneeReadings Of(in LimitWindow window)
    {
        double seconds = Math.Clamp(window.Duration.TotalSeconds, Shortest, Longest);
        double samples = Math.Max(0, window.Samples);
        double failed = Math.Clamp(window.Overloaded, 0, samples);
        double ends = Math.Max(1, samples + Math.Max(0, window.Ignored));
        double blocked = Math.Max(0, window.Blocked);
        double inFlight = window.MeanInFlight > 0 ? Math.Min(window.MeanInFlight, int.MaxValue) : 0;
        double latency = window.MeanLatency.TotalSeconds;
        return new KneeReadings(
            seconds,
            ends,
            failed,
            (samples - failed) / seconds,
            Math.Min(latency > 0 ? latency : inFlight * seconds / ends, Longest),
            inFlight,
            Math.Max(0, window.InFlight),
            blocked / (blocked + ends),
            Math.Clamp(window.Late / ends, 0, 1),
            Math.Max(0, window.HostDelay?.TotalSeconds ?? 0));
    }
}
