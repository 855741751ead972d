namespace AdmissionControl.Triage;

/// <summary>The level above which requests are turned away without a look at the queue, and the levels of late from which it is chosen.</summary>
/// <remarks>
/// Looking and counting take no lock. Counts are plain increments: two threads at the same moment may lose one, which does not matter to a distribution. <see cref="Set"/> and <see cref="Open"/> are called
/// under the queue's lock.
/// </remarks>
internal sealed class ShedThreshold
{
    // The distribution forgets an eighth with each window.
    private const float Kept = 7f / 8;

    private const int Everybody = TriageLevel.Count;

    private readonly int[] _fresh = new int[TriageLevel.Count];
    private readonly float[] _history = new float[TriageLevel.Count];
    private int _highest = Everybody;
    private int _arrivals;

    /// <summary>Whether anybody is turned away.</summary>
    public bool IsActive => Volatile.Read(ref _highest) < Everybody;

    /// <summary>The highest level that passes.</summary>
    public int Highest => Volatile.Read(ref _highest);

    /// <summary>Those so far who found no permit. It wraps.</summary>
    public int Arrivals => Volatile.Read(ref _arrivals);

    /// <summary>Counts one who found no permit, and says whether it is turned away.</summary>
    public bool Sheds(TriageLevel level)
    {
        _fresh[level.Value]++;
        _arrivals++;
        return level.Value > Volatile.Read(ref _highest);
    }

    /// <summary>Turns nobody away.</summary>
    public void Open() => Volatile.Write(ref _highest, Everybody);

    /// <summary>Chooses the level anew.</summary>
    /// <param name="excess">The share of the arrivals that is too much, from 0 to 1.</param>
    public void Set(double excess)
    {
        float total = 0;
        for (int i = 0; i < _history.Length; i++)
        {
            total += _history[i] = (_history[i] * Kept) + _fresh[i];
            _fresh[i] = 0;
        }

        double passing = (1 - excess) * total;
        int highest = 0;
        for (float sum = _history[0]; sum < passing && highest < Everybody; highest++)
        {
            sum += highest + 1 < Everybody ? _history[highest + 1] : float.PositiveInfinity;
        }

        Volatile.Write(ref _highest, excess > 0 ? highest : Everybody);
    }
}
