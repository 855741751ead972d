namespace Storefront.Measuring;

/// <summary>Finds gaps in a loop that should never pause: a noisy machine shows here, a slow shop does not. One thread observes, any reads.</summary>
internal sealed class StallWatch
{
    /// <summary>A gap beyond this is a stall, and a run with one cannot be judged.</summary>
    public static readonly TimeSpan Threshold = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private TimeSpan? _last;
    private TimeSpan _worst;
    private long _count;

    /// <summary>The loop passes here now.</summary>
    public void Observe(TimeSpan now)
    {
        lock (_lock)
        {
            TimeSpan gap = now - (_last ?? now);
            _last = now;
            _worst = gap > _worst ? gap : _worst;
            _count += gap > Threshold ? 1 : 0;
        }
    }

    /// <summary>Stalls and the longest gap since the last call.</summary>
    public (long Stalls, TimeSpan Worst) Take()
    {
        lock (_lock)
        {
            (long, TimeSpan) taken = (_count, _worst);
            (_count, _worst) = (0, TimeSpan.Zero);
            return taken;
        }
    }
}
