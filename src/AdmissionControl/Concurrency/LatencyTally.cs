namespace AdmissionControl.Concurrency;

/// <summary>Count and latency of the timed requests of a window that ended in the same way.</summary>
/// <remarks>
/// Count and sum of latency share one word, so that their quotient is exact under any race. The other words are taken one after another: a request that is added meanwhile
/// may count in one of them for this window and in another for the next.
/// Every read-modify-write is a full fence; a compare-and-swap fails only when another request went further. Thread-safe. A field, not to be copied.
/// </remarks>
internal struct LatencyTally
{
    /// <summary>A latency counts as one minute at most.</summary>
    public const long LongestTicks = TimeSpan.TicksPerMinute;

    // 19 bits of count over 44 of latency in ticks of 100 ns. A window closes early when either is half full, which leaves room for those who add meanwhile: 14,000 requests
    // of a minute each. The permits' sum has room for 700 of the largest cost and a minute each then.
    private const int CountShift = 44;
    private const int FullCount = 1 << 18;
    private const long LatencyMask = (1L << CountShift) - 1;
    private const long FullLatency = 1L << (CountShift - 1);

    private long _samples;
    private long _furtherPermitTicks;
    private long _leastTicks = long.MaxValue;

    public LatencyTally()
    {
    }

    /// <summary>The requests added since the last <see cref="Take"/>.</summary>
    public readonly int Count => (int)(Volatile.Read(in _samples) >> CountShift);

    /// <summary>Whether it must be taken soon, so that it does not overflow.</summary>
    public readonly bool IsFull => IsFullWord(Volatile.Read(in _samples));

    /// <summary>Adds a request.</summary>
    /// <param name="ticks">Its latency, from 0 to <see cref="LongestTicks"/>.</param>
    /// <param name="permits">Its permits, at least 1. Only more than one cost an atomic operation of their own.</param>
    /// <returns>Whether it must be taken soon.</returns>
    public bool Add(long ticks, int permits)
    {
        if (permits > 1)
        {
            Interlocked.Add(ref _furtherPermitTicks, (permits - 1) * ticks);
        }

        LowerTo(ref _leastTicks, ticks);
        return IsFullWord(Interlocked.Add(ref _samples, (1L << CountShift) + ticks));
    }

    /// <summary>Takes what was added, and leaves nothing. Called by one thread at a time.</summary>
    public LatencySum Take()
    {
        long samples = Interlocked.Exchange(ref _samples, 0);
        long ticks = samples & LatencyMask;
        long further = Interlocked.Exchange(ref _furtherPermitTicks, 0);
        long least = Math.Min(LongestTicks, Interlocked.Exchange(ref _leastTicks, long.MaxValue));
        return new LatencySum((int)(samples >> CountShift), ticks, ticks + further, least);
    }

    private static bool IsFullWord(long samples) => (int)(samples >> CountShift) >= FullCount || (samples & LatencyMask) >= FullLatency;

    private static void LowerTo(ref long target, long value)
    {
        long current = Volatile.Read(ref target);
        while (value < current)
        {
            long seen = Interlocked.CompareExchange(ref target, value, current);
            if (seen == current)
            {
                return;
            }

            current = seen;
        }
    }
}
