namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>Sums and counts of what was added in each of the last short stretches of time.</summary>
/// <remarks>Source: go-kratos/aegis, <c>pkg/window</c>. The stretches lie on a grid that begins with time.</remarks>
/// <param name="count">How many stretches.</param>
/// <param name="length">How long one is, nanoseconds.</param>
internal sealed class RollingBuckets(int count, long length)
{
    private readonly double[] _sums = new double[count];
    private readonly int[] _counts = new int[count];
    private long _current;

    public void Add(long now, double value)
    {
        Move(now);
        _sums[_current % count] += value;
        _counts[_current % count]++;
    }

    /// <summary>The largest sum of a stretch that is over, or this if there is none.</summary>
    public double LargestSum(long now, double otherwise)
    {
        Move(now);
        for (long bucket = Oldest; bucket < _current; bucket++)
        {
            otherwise = Math.Max(otherwise, _sums[bucket % count]);
        }

        return otherwise;
    }

    /// <summary>The least mean of a stretch that is over and in which something was added; infinite if there is none.</summary>
    public double LeastMean(long now)
    {
        Move(now);
        double least = double.PositiveInfinity;
        for (long bucket = Oldest; bucket < _current; bucket++)
        {
            if (_counts[bucket % count] > 0)
            {
                least = Math.Min(least, _sums[bucket % count] / _counts[bucket % count]);
            }
        }

        return least;
    }

    private long Oldest => Math.Max(0, _current - count + 1);

    private void Move(long now)
    {
        long current = now / length;
        for (long bucket = Math.Max(_current + 1, current - count + 1); bucket <= current; bucket++)
        {
            _sums[bucket % count] = 0;
            _counts[bucket % count] = 0;
        }

        _current = current;
    }
}
