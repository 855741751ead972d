using System.Numerics;
using System.Runtime.CompilerServices;
using AdmissionControl.Queueing;

namespace AdmissionControl.Triage;

/// <summary>Triage of those who wait: how many may, who is next, who makes room, and from which level on newcomers are turned away at the door.</summary>
/// <remarks>
/// The queue is bounded by time: no more may wait than drains within the longest wait. All that does not say otherwise is used under the queue's lock.
/// </remarks>
/// <param name="line">Those who wait.</param>
/// <param name="promises">The least share of each priority.</param>
/// <param name="admitted">All so far who were admitted.</param>
/// <param name="shed">All so far who were turned away at the door.</param>
internal sealed class QueueTriage(WaiterLine line, double[] promises, Func<long> admitted, Func<long> shed)
{
    private static readonly long LongestRetryAfter = TimeSpan.FromSeconds(30).Ticks;

    private readonly QueueFlow _flow = new();
    private readonly DrainMeter _drain = new();
    private readonly ShedThreshold _threshold = new();
    private readonly DegradeLadder _ladder = new();
    private readonly int[] _promisedPlaces = new int[PriorityShares.Count];
    private uint _promised;
    private long _retryAfter;
    private double _pressure;

    public PromisedTurns Turns { get; } = new(promises);

    /// <summary>
    /// After how long one who is turned away might find room, if all who are came back then: with three times as much asked for as is served, what is turned away in a second takes two to serve. Zero
    /// while the queue is not standing. Read by anybody.
    /// </summary>
    public TimeSpan RetryAfter
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Volatile.Read(ref _retryAfter));
    }

    /// <summary>The share of those who found no permit that is turned away, from 0 to 1; 0 while the queue is not standing. Read by anybody.</summary>
    public double Pressure => Volatile.Read(ref _pressure);

    /// <summary>How much the application should do without. Read by anybody.</summary>
    public DegradeLadder Ladder => _ladder;

    /// <summary>The waiter to be served next; null when nobody waits.</summary>
    public Waiter? Next => line.Priorities == 0 ? null : line.BestOf(Turns.Next(line.Priorities));

    /// <summary>Whether one who found no permit is turned away without a look at the queue. Takes no lock.</summary>
    /// <param name="level">Its level.</param>
    /// <param name="turn">A number that grows by one with each that this thread asks about.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Sheds(TriageLevel level, uint turn)
    {
        if (!_threshold.Sheds(level, turn) || IsPromisedPlace(level.Priority))
        {
            return false;
        }

        _threshold.CountShed(level, turn);
        return true;
    }

    /// <summary>Permits that may be waited for: as many as come within the longest wait, and at least one.</summary>
    public long Places(QueueBounds bounds) =>
        _drain.Rate == 0 ? bounds.MaxLength : (long)Math.Clamp(_drain.Rate * bounds.MaxWait.TotalSeconds, 1, bounds.MaxLength);

    /// <summary>When one may have its turn behind so many permits: zero while nothing is known, and twice the longest wait for all that is out of reach.</summary>
    public TimeSpan TurnBehind(long ahead, QueueBounds bounds) =>
        _drain.Rate == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(ahead / _drain.Rate, bounds.MaxWait.TotalSeconds * 2));

    /// <summary>Who makes room for a newcomer; null when all who wait are at least as important. The promised places of a priority are its own.</summary>
    public Waiter? VictimOf(TriageLevel level, long places) =>
        FirstToGo(level.Priority, places) is { } worst && (worst.Level.Line > level.Line || (worst.Level.Line == level.Line && line.IsNewestFirst)) ? worst : null;

    /// <summary>The least important of those who do not wait on a promised place; null when there is none.</summary>
    /// <param name="own">A priority whose own promised places count as others; null for none.</param>
    /// <param name="places">All places.</param>
    public Waiter? FirstToGo(RequestPriority? own, long places)
    {
        for (uint left = line.Priorities; left != 0;)
        {
            var priority = (RequestPriority)BitOperations.Log2(left);
            left &= ~(1u << (int)priority);
            if (priority == own || line.CountOf(priority) > Turns.Places(priority, places))
            {
                return line.WorstOf((int)priority);
            }
        }

        return null;
    }

    public void Joined(long now)
    {
        if (line.Count == 1)
        {
            _drain.Start(now);
            _flow.Begin(now);
            if (!_flow.IsStanding)
            {
                _threshold.Forget();
            }
        }
    }

    /// <summary>Somebody came to the queue, whether or not it found a place.</summary>
    public void Arrived(TriageLevel level)
    {
        _flow.Arrived();
        _threshold.CountPassed(level);
    }

    public void Granted(Waiter waiter)
    {
        _flow.Granted();
        if (!waiter.Request.HoldsNoPermit)
        {
            _drain.Granted(waiter.Request.Cost);
        }

        Turns.Granted(waiter.Request.Priority, waiter.Request.Cost, line.Priorities);
    }

    public void FoundNoPlace() => _flow.Lost();

    /// <summary>Somebody has left the line.</summary>
    /// <param name="isLost">Whether it was refused.</param>
    public void Left(bool isLost) => _flow.Shortened(line.Cost, isLost);

    /// <summary>Nobody waits any more.</summary>
    public void RanEmpty(long now) => _drain.Stop(now);

    /// <summary>Nobody waits any more, and the time is not known.</summary>
    public void RanEmpty() => _drain.Abandon();

    /// <summary>When to look again, nanoseconds; never while nobody waits and nobody is turned away.</summary>
    public long LooksAt => line.Count > 0 || _flow.IsStanding ? _flow.WindowEnd(isWaitedFor: line.Count > 0) : long.MaxValue;

    /// <summary>Looks whether a window has ended, and moves the threshold with what it tells.</summary>
    /// <returns>Whether one has.</returns>
    public bool TryLook(long now, QueueBounds bounds)
    {
        if (now < LooksAt)
        {
            return false;
        }

        if (line.Count > 0)
        {
            _drain.Look(now);
        }

        long places = Places(bounds);
        _flow.Close(now, shed, admitted, line.Count, line.Cost, places);
        Follow(now, places);
        return true;
    }

    /// <summary>Whether a priority has been promised places of which one is free.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsPromisedPlace(RequestPriority priority) =>
        (Volatile.Read(ref _promised) & (1u << (int)priority)) != 0 && line.CountOf(priority) < _promisedPlaces[(int)priority];

    private void Follow(long now, long places)
    {
        line.IsNewestFirst = _flow.IsStanding && line.Cost > places / 2;
        _threshold.Set(_flow.Excess);
        uint promised = 0;
        for (int i = 0; i < _promisedPlaces.Length; i++)
        {
            _promisedPlaces[i] = Turns.Places((RequestPriority)i, places);
            promised |= _promisedPlaces[i] > 0 ? 1u << i : 0;
        }

        Volatile.Write(ref _promised, promised);

        double pressure = _flow.IsStanding ? 1 - (1 / _flow.Demand) : 0;
        Volatile.Write(ref _pressure, pressure);
        _ladder.Observe(pressure, now);
        long retryAfter = _flow.IsStanding ? (long)((_flow.Demand - 1) * TimeSpan.TicksPerSecond) : 0;
        Volatile.Write(ref _retryAfter, Math.Min(retryAfter, LongestRetryAfter));
    }
}
