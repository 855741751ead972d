namespace AdmissionControl.Triage;

/// <summary>Tells who has come again in calm times, at least ten seconds after the first time, from those who have just come: a flood begins before anybody can know that it is one.</summary>
/// <remarks>
/// Three filters: who came in this period of ten seconds, who in the last, and who before; only who came before the last is certain to have come ten seconds ago. When the calm ends, the first two are
/// forgotten. The third is forgotten every ten minutes; who is known by then does not need it. Two threads at the turn of a period may let one come a little early or make one come a third time. Thread-safe,
/// lock-free.
/// </remarks>
internal sealed class Newcomers(long now)
{
    /// <summary>Ten seconds, in nanoseconds.</summary>
    public const long Period = 10L * 1_000_000_000;

    private const int PeriodsKept = 60;

    private readonly ClientFilter _present = new();
    private readonly ClientFilter _last = new();
    private readonly ClientFilter _earlier = new();
    private PeriodEnd _periodEnd = new(Period, now);
    private int _turns;
    private volatile bool _areLatestEmpty = true;

    /// <summary>Sees somebody in calm times, and says whether it had come before.</summary>
    public bool HasComeBefore(ulong hash, long now)
    {
        if (_periodEnd.TryPass(now, out long passed))
        {
            Turn();
            if (passed > 1)
            {
                Turn();
            }
        }

        if (_earlier.Contains(hash))
        {
            return true;
        }

        _present.Add(hash);
        _areLatestEmpty = false;
        return false;
    }

    /// <summary>The calm has ended: who has just come may be the reason.</summary>
    public void EndCalm()
    {
        if (!_areLatestEmpty)
        {
            _areLatestEmpty = true;
            _present.Clear();
            _last.Clear();
        }
    }

    private void Turn()
    {
        if (++_turns % PeriodsKept == 0)
        {
            _earlier.Clear();
        }

        _earlier.AddAll(_last);
        _last.Clear();
        _last.AddAll(_present);
        _present.Clear();
    }
}
