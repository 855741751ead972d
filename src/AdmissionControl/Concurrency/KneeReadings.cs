namespace AdmissionControl.Concurrency;

/// <summary>A window in the units of <see cref="KneeLimit"/>: seconds, requests a second, shares.</summary>
/// <param name="Seconds">How long the window was.</param>
/// <param name="Ends">Requests that ended, however they did.</param>
/// <param name="Rate">Successes a second.</param>
/// <param name="Latency">The mean latency of the successes; of all that ended when there was none. Seconds.</param>
/// <param name="Population">Permits in flight on the average.</param>
/// <param name="InFlight">Permits in flight at the end of the window.</param>
/// <param name="Blocked">The share of the arrivals that found no permit.</param>
/// <param name="Late">The share of those that ended beyond the objective.</param>
/// <param name="HostDelay">How long work waits for this host, seconds; zero when nobody can say.</param>
internal readonly record struct KneeReadings(
    double Seconds, int Ends, double Rate, double Latency, double Population, int InFlight, double Blocked, double Late, double HostDelay)
{
    /// <summary>Requests a second that ended, however they did.</summary>
    public double EndRate => Ends / Seconds;

    /// <summary>Whether anybody was blocked, but for a chance arrival.</summary>
    public bool IsBlocking => Blocked >= 0.02;

    public static KneeReadings Of(in LimitWindow window)
    {
        double seconds = window.Duration.TotalSeconds;
        int ends = Math.Max(1, window.Samples + window.Ignored);
        double latency = window.MeanLatency.TotalSeconds;
        return new KneeReadings(
            seconds,
            ends,
            (window.Samples - window.Overloaded) / seconds,
            latency > 0 ? latency : window.MeanInFlight * seconds / ends,
            window.MeanInFlight,
            window.InFlight,
            (double)window.Blocked / (window.Blocked + ends),
            (double)window.Late / ends,
            window.HostDelay?.TotalSeconds ?? 0);
    }
}
