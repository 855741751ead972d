namespace AdmissionControl.Triage;

/// <summary>How much an application should do without, from 0 to 3, from the share of the requests that is turned away: up at once, down one step at a time.</summary>
/// <remarks>
/// A level holds as long as at least half of the share that raises to it is turned away, and for two seconds more; then the level falls by one, each two seconds. So an application does not
/// switch forth and back on each window. <see cref="Observe"/> is called under the queue's lock; the level may be read by anybody, without it.
/// </remarks>
internal sealed class DegradeLadder
{
    public const int Highest = 3;

    private const long Hold = 2_000_000_000;
    private const int LevelBits = 2;

    // The share turned away from which a level is reached. Level 1: anybody at all.
    private static readonly double[] Reached = [0, 0.01, 0.25, 0.5];

    // The moment until which the level holds, to four nanoseconds, with the level in place of its two lowest bits: one word, so that a reader gets a pair that belongs together.
    private long _state;

    /// <param name="refusedShare">The share of the arrivals that is turned away now, from 0 to 1.</param>
    /// <param name="now">The time, nanoseconds.</param>
    public void Observe(double refusedShare, long now)
    {
        int level = LevelAt(now);
        for (int higher = Highest; higher > level; higher--)
        {
            if (refusedShare >= Reached[higher])
            {
                level = higher;
            }
        }

        if (level > 0 && refusedShare >= Reached[level] / 2)
        {
            Volatile.Write(ref _state, ((now + Hold) >> LevelBits << LevelBits) | (long)level);
        }
    }

    public int LevelAt(long now)
    {
        long state = Volatile.Read(ref _state);
        int level = (int)(state & Highest);
        long over = now - (state & ~(long)Highest);
        return level == 0 || over < 0 ? level : Math.Max(0, level - 1 - (int)Math.Min(Highest, over / Hold));
    }

    /// <summary>Whether anything has ever been shed: while not, no clock need be asked.</summary>
    public bool IsUntouched => Volatile.Read(ref _state) == 0;
}
