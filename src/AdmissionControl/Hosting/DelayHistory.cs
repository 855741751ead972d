namespace AdmissionControl.Hosting;

/// <summary>The last delays of a work item that is posted at every tick, unless it still waits, and their median.</summary>
/// <remarks>
/// Each tick leaves one delay: that of the item it posted, of the one it found waiting, or none at all in an idle pool. So the median
/// weighs delays by time, as it would if every tick posted an item of its own, and half a history of ticks without an answer shows a
/// stuck pool.
/// <para>
/// An item that waits has an age, which its delay will exceed. It counts for the ticks that found it waiting, and only upwards: it may
/// say that the delay is longer than the median of those that ran, never that it is shorter.
/// </para>
/// <para>
/// Time goes by ticks, not by the clock, because of pauses. Whatever stops the whole process (a suspended machine, a debugger, a
/// collection, a used-up CPU quota) stops the ticks as well, so an item that waits through it counts once or twice, however long it
/// was: the median does not see it.
/// </para>
/// Knows no clock and no thread; not thread-safe.
/// </remarks>
internal sealed class DelayHistory
{
    /// <summary>
    /// The ticks that are remembered; at one each 50 ms about the last half second. Six delays in a row turn the median. Fewer and it
    /// follows single busy spells of a host that copes; more and it is late for a regulator that looks a few times a second.
    /// </summary>
    public const int Length = 11;

    private readonly TimeSpan[] _delays = new TimeSpan[Length];
    private int _next;
    private int _count;
    private TimeSpan? _postedAt;
    private int _waitingTicks;

    /// <summary>A tick.</summary>
    /// <param name="now">The time since some moment that stays the same.</param>
    /// <param name="isIdle">Whether the pool has nothing to do: an item would run at once, and none is needed to know it.</param>
    /// <returns>Whether the item is to be posted now; false also when it still waits.</returns>
    public bool TryPost(TimeSpan now, bool isIdle)
    {
        if (_postedAt is not null)
        {
            _waitingTicks = Math.Min(_waitingTicks + 1, Length);
            return false;
        }

        if (isIdle)
        {
            Add(TimeSpan.Zero);
            return false;
        }

        _postedAt = now;
        _waitingTicks = 0;
        return true;
    }

    /// <summary>The item could not be posted.</summary>
    public void Withdraw() => _postedAt = null;

    /// <summary>The item runs. Nothing, when it was withdrawn.</summary>
    public void Ran(TimeSpan now)
    {
        if (_postedAt is not { } postedAt)
        {
            return;
        }

        for (int tick = Math.Min(_waitingTicks, Length - 1); tick >= 0; tick--)
        {
            Add(now - postedAt);
        }

        _postedAt = null;
    }

    /// <summary>The median; the lower of two in the middle. Null when no tick has left a delay or found the item waiting.</summary>
    public TimeSpan? MedianAt(TimeSpan now)
    {
        TimeSpan? ran = Median(0, TimeSpan.Zero);
        TimeSpan? waiting = _postedAt is { } postedAt ? Median(_waitingTicks, now - postedAt) : null;
        return ran > waiting ? ran : waiting ?? ran;
    }

    private void Add(TimeSpan delay)
    {
        _delays[_next] = delay;
        _next = (_next + 1) % Length;
        _count = Math.Min(_count + 1, Length);
    }

    /// <summary>The median of so many equal delays and, as far as there is room, those before them.</summary>
    private TimeSpan? Median(int newest, TimeSpan delay)
    {
        Span<TimeSpan> delays = stackalloc TimeSpan[Length];
        delays[..newest].Fill(delay);
        int count = newest;
        for (int back = 1; back <= _count && count < Length; back++)
        {
            delays[count++] = _delays[(_next - back + Length) % Length];
        }

        delays[..count].Sort();
        return count == 0 ? null : delays[(count - 1) / 2];
    }
}
