namespace AdmissionControl.LoadedHost;

/// <summary>Poisson arrivals that wait for nobody, to the millisecond, until the time is over. Works on the calling thread.</summary>
internal static class OpenLoop
{
    private const int Seed = 7;

    public static void Run(double perSecond, TimeSpan duration, Action arrive)
    {
        using var never = new ManualResetEvent(false);
        var random = new Random(Seed);
        long start = TimeProvider.System.GetTimestamp();
        TimeSpan next = TimeSpan.Zero;
        for (TimeSpan now = TimeSpan.Zero; now < duration; now = TimeProvider.System.GetElapsedTime(start))
        {
            for (; next <= now; next += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / perSecond))
            {
                arrive();
            }

            never.WaitOne(TimeSpan.FromMilliseconds(1));
        }
    }
}
