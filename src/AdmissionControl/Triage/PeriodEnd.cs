namespace AdmissionControl.Triage;

/// <summary>The moment at which the present period ends. Of all threads that come after it, one begins the next.</summary>
/// <remarks>
/// Invariant: the end only moves forward, by whole periods, and for each move exactly one thread is told to do what is due. It holds because the end is moved by one compare-and-swap, which is not
/// tried again: who fails has seen that another did it. That one may still be at work while the others go on, and, if it sleeps for a whole period, while the next one begins. Thread-safe, wait-free.
/// </remarks>
internal struct PeriodEnd(long length, long now)
{
    private long _end = now + length;

    /// <summary>Whether this thread is to do what is due at the end of a period.</summary>
    /// <param name="now">The present, in the unit of the length.</param>
    /// <param name="passed">The periods that have ended since this was last true: usually 1.</param>
    public bool TryPass(long now, out long passed)
    {
        long end = Volatile.Read(ref _end);
        if (now < end)
        {
            passed = 0;
            return false;
        }

        passed = 1 + ((now - end) / length);
        return Interlocked.CompareExchange(ref _end, end + (passed * length), end) == end;
    }
}
