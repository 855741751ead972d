namespace AdmissionControl.LoadedHost.Overload;

/// <summary>
/// Processor work of a lognormal length: 5 ms in the mean, half of that the standard deviation. Thread-safe.
/// </summary>
/// <param name="isInline">Whether it begins where it was called, and awaits nothing.</param>
/// <param name="unitsPerMillisecond">The units of work that a core does in a millisecond.</param>
/// <param name="seed">Of the lengths.</param>
internal sealed class VariedWork(bool isInline, long unitsPerMillisecond, int seed)
{
    private const double MeanMilliseconds = 5;
    private const double Variation = 0.5;

    private static readonly double Variance = Math.Log(1 + (Variation * Variation));

    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private int _inFlight;

    /// <summary>Requests that have come this far and are not done.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    public async Task DoAsync()
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            if (!isInline)
            {
                // As behind a read of a body or a query. Work that never awaits runs where the limit was asked, on the same thread, so that
                // the threads of the pool are the limit and the queue stands before them, where no middleware can turn anybody away.
                await Task.Yield();
            }

            CpuWork.Do((long)(Milliseconds() * unitsPerMillisecond));
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private double Milliseconds()
    {
        double radius, angle;
        lock (_lock)
        {
            radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
            angle = 2 * Math.PI * _random.NextDouble();
        }

        return MeanMilliseconds * Math.Exp((Math.Sqrt(Variance) * radius * Math.Cos(angle)) - (Variance / 2));
    }
}
