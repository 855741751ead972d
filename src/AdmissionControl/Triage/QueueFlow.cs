namespace AdmissionControl.Triage;

/// <summary>What a queue tells about overload, window by window: whether it is standing, and which share of the arrivals is too much.</summary>
/// <remarks>
/// A burst comes and goes, an overload stays: the queue is standing when it never ran empty and yet lost some, who had waited for nothing or found no place. It is no longer when nothing is too much, or
/// when for a whole window everybody found a permit. What is too much is known from some eight windows; a single one has the word when it shows more or less than chance can. Not thread-safe: used under the queue's lock.
/// </remarks>
internal sealed class QueueFlow
{
    private const long Second = 1_000_000_000;
    private const long Window = Second / 10;
    private const long LongestWindow = Second;
    private const int FewestGrants = 16;

    // Each window counts for an eighth of what is known.
    private const double Kept = 7.0 / 8;

    // Standard deviations.
    private const double Chance = 2;

    // Of what may wait, this much is wanted while the queue is standing, which it reaches in so many windows: long enough to be rarely empty, short enough to be quick.
    private const double LeastWanted = 1.0 / 4;
    private const double MostWanted = 1.0 / 2;
    private const double Swing = 4;
    private const double Horizon = 8;
    private const double LostShare = 0.03;
    private const double FewestLost = 3;
    private const double LeastExcess = 0.01;

    private long _startedAt;
    private int _arrivedNow;
    private int _grantsNow;
    private int _lostNow;
    private long _leastCost;
    private long _shedBefore;
    private long _admittedBefore;

    // Sums in which each window counts for seven eighths of the next.
    private double _windows;
    private double _arrived;
    private double _served;
    private double _lost;

    public bool IsStanding { get; private set; }

    /// <summary>The share of the arrivals that is too much while the queue is standing; else 0.</summary>
    public double Excess { get; private set; }

    /// <summary>Arrivals for each one that is served, at least 1, as far as is known; infinite while some arrive and nobody is served.</summary>
    public double Demand => _arrived > 0 ? Math.Max(1, _arrived / _served) : 1;

    /// <summary>When the window may end, nanoseconds. It waits for some grants, while there is somebody to be granted.</summary>
    public long WindowEnd(bool isWaitedFor) => _startedAt + (_grantsNow >= FewestGrants || !isWaitedFor ? Window : LongestWindow);

    /// <summary>Somebody begins to wait where nobody did: until then there was room, and nothing to learn, unless the queue is standing and only ran short.</summary>
    public void Begin(long now)
    {
        if (!IsStanding)
        {
            _windows = _arrived = _served = _lost = 0;
            Start(now, long.MaxValue);
        }
    }

    /// <summary>Somebody who found no permit came to the queue.</summary>
    public void Arrived() => _arrivedNow++;

    public void Granted() => _grantsNow++;

    /// <summary>Somebody found no place to wait.</summary>
    public void Lost() => _lostNow++;

    /// <summary>Somebody left, and this much is still waited for.</summary>
    /// <param name="waitingCost">What is waited for now.</param>
    /// <param name="isLost">Whether it had waited for nothing.</param>
    public void Shortened(long waitingCost, bool isLost)
    {
        _lostNow += isLost ? 1 : 0;
        _leastCost = Math.Min(_leastCost, waitingCost);
    }

    /// <summary>Ends a window and begins the next.</summary>
    /// <param name="now">The time, nanoseconds.</param>
    /// <param name="shed">All so far who found no permit and did not come to the queue; asked for while the queue is standing only.</param>
    /// <param name="admitted">All so far who were admitted; asked for while the queue is standing only.</param>
    /// <param name="waiting">How many wait now.</param>
    /// <param name="waitingCost">What they ask for.</param>
    /// <param name="places">What may be waited for.</param>
    public void Close(long now, Func<long> shed, Func<long> admitted, int waiting, long waitingCost, long places)
    {
        long least = Math.Min(_leastCost, waitingCost);

        // While somebody waits nobody is admitted past the queue. But a standing one may run short, and then many are.
        int past = IsStanding ? (int)Math.Max(0, admitted() - _admittedBefore - _grantsNow) : 0;
        int served = _grantsNow + past;
        int blocked = _arrivedNow + (IsStanding ? (int)(shed() - _shedBefore) : 0);
        int arrived = Math.Max(1, blocked + past);
        _windows = (_windows * Kept) + 1;
        _arrived = (_arrived * Kept) + arrived;
        _served = (_served * Kept) + served;
        _lost = (_lost * Kept) + _lostNow;

        // Besides what is served, as many may pass as bring the queue to its wanted length.
        double most = places * (waitingCost > 0 ? (double)waiting / waitingCost : 1);
        double wanted = Math.Clamp(Swing * Math.Sqrt(_served / _windows), LeastWanted * most, MostWanted * most);
        double room = (wanted - waiting) / Horizon;
        double usual = 1 - (((_served / _windows) + room) / (_arrived / _windows));
        double single = 1 - ((served + room) / arrived);
        double chance = Chance / Math.Sqrt(arrived);
        double excess = Math.Clamp(usual, Math.Min(1, single - chance), Math.Max(0, single + chance));

        IsStanding = IsStanding ? blocked + waiting > 0 && excess > LeastExcess : least > 0 && _lost > (LostShare * _arrived) + FewestLost;
        Excess = IsStanding ? Math.Clamp(excess, 0, 1) : 0;
        _admittedBefore = IsStanding ? admitted() : 0;
        _shedBefore = IsStanding ? shed() : 0;
        Start(now, waitingCost);
    }

    private void Start(long now, long waitingCost)
    {
        _startedAt = now;
        _arrivedNow = 0;
        _grantsNow = 0;
        _lostNow = 0;
        _leastCost = waitingCost;
    }
}
