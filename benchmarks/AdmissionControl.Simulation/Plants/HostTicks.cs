using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Plants;

/// <summary>The host's witness of a plant: the median delay of the last tiny work items, one every 50 ms. One that has not run yet counts with its age.</summary>
internal sealed class HostTicks
{
    /// <summary>Nanoseconds between two ticks.</summary>
    public const long Interval = VirtualTime.Second / 20;

    private const int Kept = 11;

    private readonly long[] _delays = new long[Kept];
    private readonly long[] _sorted = new long[Kept];
    private int _count;
    private long _postedAt = -1;

    /// <summary>A tick is posted, unless the last one still waits.</summary>
    public bool TryPost(long now)
    {
        if (_postedAt >= 0)
        {
            return false;
        }

        _postedAt = now;
        return true;
    }

    /// <summary>The tick runs.</summary>
    public void Ran(long now) => Ran(now, now - _postedAt);

    /// <summary>The tick runs after a delay of its own.</summary>
    public void Ran(long now, long delay)
    {
        _delays[_count++ % Kept] = delay;
        _postedAt = -1;
    }

    /// <summary>The median, nanoseconds; null before the first.</summary>
    public long? Median(long now)
    {
        int count = Math.Min(_count, Kept);
        if (count == 0)
        {
            return null;
        }

        _delays.AsSpan(0, count).CopyTo(_sorted);
        Array.Sort(_sorted, 0, count);
        long median = _sorted[count / 2];
        return _postedAt >= 0 ? Math.Max(median, now - _postedAt) : median;
    }
}
