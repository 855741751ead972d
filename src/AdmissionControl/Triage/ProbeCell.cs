namespace AdmissionControl.Triage;

/// <summary>What the sources of one cell of a <see cref="ProbeGuard"/> have in flight, and asked for lately.</summary>
/// <remarks>
/// What was asked for is halved with each second (of 2^30 ns) that begins: one that asks steadily for n a second stands between n and 2n. Invariant: it never exceeds the most that is counted to. It holds because each value written is
/// at most that, in one word with its second. Of two that ask at the same moment one may go uncounted. Thread-safe, lock-free, one attempt.
/// </remarks>
internal struct ProbeCell
{
    /// <summary>Changed with atomic operations only.</summary>
    public int InFlight;

    private const int SecondBits = 30;
    private const int CountBits = 8;
    private const int CountMask = (1 << CountBits) - 1;

    // The second in the upper bits, the count in the lower.
    private long _asked;

    /// <summary>Counts one more.</summary>
    /// <param name="now">The present, in nanoseconds; coarse is enough.</param>
    /// <param name="most">Where the count ends, at most 255.</param>
    /// <returns>What was asked for lately, this one included: from 1 to the most.</returns>
    public int Ask(long now, int most)
    {
        long seen = Volatile.Read(ref _asked);
        long before = seen >> CountBits;

        // A coarse reading may lie before that of another thread.
        long second = Math.Max(before, now >> SecondBits);
        int left = (int)(seen & CountMask) >> (int)Math.Min(second - before, CountBits);
        int count = Math.Min(left + 1, most);
        Interlocked.CompareExchange(ref _asked, (second << CountBits) | (long)count, seen);
        return count;
    }
}
