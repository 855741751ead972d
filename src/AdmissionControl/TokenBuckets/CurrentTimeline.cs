using AdmissionControl.Timing;

namespace AdmissionControl.TokenBuckets;

/// <summary>The time line that a bucket counts on, and how another takes its place while takers are at work.</summary>
/// <remarks>
/// Invariant: what was taken is on exactly one line that is not sealed, the one in force. A successor is written into the old line first; then the old line's arrival time is sealed by a bit above every
/// reachable time, so that no compare-and-swap on it succeeds any more; then the successor takes over what is readable under the seal, once; then it becomes the line in force. Whoever finds a sealed line
/// does the steps that remain, so nobody waits for the thread that began: lock-free. All steps are full fences. Thread-safe. A field, not to be copied.
/// </remarks>
internal struct CurrentTimeline(TokenTimeline first, AdmissionClock clock)
{
    private TokenTimeline _line = first;

    public readonly TokenTimeline Line => Volatile.Read(in _line);

    /// <summary>The time line in force and its arrival time, never those of a sealed one: they say nothing about the bucket.</summary>
    public TokenTimeline Look(out long arrival)
    {
        TokenTimeline line = Line;
        while ((arrival = Volatile.Read(ref line.ArrivalTime)) >= TokenTimeline.Sealed)
        {
            line = Replace(line);
        }

        return line;
    }

    /// <summary>Replaces the arrival time by a function of it.</summary>
    public void Move(Func<TokenTimeline, long, long, long> move, long argument)
    {
        TokenTimeline line = Line;
        while (true)
        {
            long arrival = Volatile.Read(ref line.ArrivalTime);
            if (arrival >= TokenTimeline.Sealed)
            {
                line = Replace(line);
            }
            else if (Interlocked.CompareExchange(ref line.ArrivalTime, move(line, arrival, argument), arrival) == arrival)
            {
                return;
            }
        }
    }

    /// <summary>Puts another time line in force, whose arrival time is <see cref="TokenTimeline.Unset"/>.</summary>
    public void ReplaceBy(TokenTimeline successor)
    {
        while (true)
        {
            TokenTimeline line = Line;
            bool isNext = Interlocked.CompareExchange(ref line.Successor, successor, null) is null;
            Replace(line);
            if (isNext)
            {
                return;
            }
        }
    }

    /// <summary>Puts a time line's successor in its place, as far as nobody has yet.</summary>
    /// <returns>The time line in force.</returns>
    public TokenTimeline Replace(TokenTimeline line)
    {
        long arrival = Interlocked.Or(ref line.ArrivalTime, TokenTimeline.Sealed) & ~TokenTimeline.Sealed;
        TokenTimeline successor = line.Successor!;
        successor.HoldUntil(line.HeldUntil);
        Interlocked.CompareExchange(ref successor.ArrivalTime, successor.Continue(line, arrival, clock.Precise), TokenTimeline.Unset);
        Interlocked.CompareExchange(ref _line, successor, line);
        return Line;
    }
}
