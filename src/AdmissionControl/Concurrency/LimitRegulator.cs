using AdmissionControl.Contention;
using AdmissionControl.Timing;

namespace AdmissionControl.Concurrency;

/// <summary>
/// Collects the samples of one gate into windows and lets an <see cref="ILimitAlgorithm"/> set the gate's limit at the end of each. Owns time and counters,
/// knows no formula.
/// </summary>
/// <remarks>
/// A window closes at the first sample after <see cref="MinDuration"/> that is at least the <see cref="MinSamples"/>th, so a quiet service has long windows and
/// none is thrown away. One thread closes it; the others go on recording.
/// <para>
/// Count and sum of latency share one word, so that their quotient is exact under any race. The other fields are taken one after another: a sample that is
/// recorded meanwhile may count in one of them for this window and in another for the next, which moves a maximum by one sample's worth.
/// Every read-modify-write is a full fence; compare-and-swaps fail only when another sample went further. Thread-safe.
/// </para>
/// </remarks>
internal sealed class LimitRegulator
{
    // 19 bits of count over 44 of latency in ticks of 100 ns. A latency counts as one minute at most. A window closes early when either is half full, which
    // leaves room for those who record meanwhile: 14,000 samples of a minute each.
    private const int CountShift = 44;
    private const int FullCount = 1 << 18;
    private const long LatencyMask = (1L << CountShift) - 1;
    private const long FullLatency = 1L << (CountShift - 1);
    private const long LongestTicks = TimeSpan.TicksPerMinute;
    private const long NanosecondsPerTick = 100;
    private const double NanosecondsPerSecond = 1e9;

    private readonly ConcurrencyGate _gate;
    private readonly AdmissionClock _clock;
    private readonly long _minDuration;
    private readonly LatencySampler _sampler;
    private ILimitAlgorithm _algorithm;
    private long _start;
    private long _samples;
    private long _leastTicks = long.MaxValue;
    private int _overloaded;
    private int _maxInFlight;
    private int _closing;

    /// <summary>A regulator with counters of its own.</summary>
    public LimitRegulator(
        ILimitAlgorithm algorithm, ConcurrencyGate gate, AdmissionClock clock, TimeSpan minDuration, int minSamples, int samplesPerSecond = int.MaxValue)
        : this(
            algorithm,
            gate,
            clock,
            minDuration,
            minSamples,
            new LatencySampler(samplesPerSecond, new ThreadCounters(LatencySampler.CounterCount), first: 0))
    {
    }

    public LimitRegulator(
        ILimitAlgorithm algorithm, ConcurrencyGate gate, AdmissionClock clock, TimeSpan minDuration, int minSamples, LatencySampler sampler)
    {
        _sampler = sampler;
        _algorithm = algorithm;
        _gate = gate;
        _clock = clock;
        _minDuration = minDuration.Ticks * NanosecondsPerTick;
        MinDuration = minDuration;
        MinSamples = minSamples;
        _start = clock.Precise;
        Apply(algorithm, LimitOf(algorithm));
    }

    /// <summary>The shortest window.</summary>
    public TimeSpan MinDuration { get; }

    /// <summary>The fewest samples of a window.</summary>
    public int MinSamples { get; }

    /// <summary>The rule in force.</summary>
    public ILimitAlgorithm Algorithm => Volatile.Read(ref _algorithm);

    /// <summary>
    /// The moment of an admission: a precise reading for a request that is to be timed, mostly none for the rest: even a coarse one costs as much as two or three atomic operations.
    /// Every sixteenth of a thread looks whether the window is overdue, because the traffic has fallen; from then on all are timed until it closes.
    /// </summary>
    /// <param name="row">The calling thread's row of the sampler's counters.</param>
    /// <param name="isTimed">Whether the request is to be timed.</param>
    /// <returns>A reading, or <see cref="AdmissionClock.Unread"/>.</returns>
    public long ReadClock(CounterRow row, out bool isTimed)
    {
        isTimed = _sampler.TimesAll || _sampler.Next(row, out bool isLookDue) || (isLookDue && IsOverdue());
        return isTimed ? _clock.Precise : AdmissionClock.Unread;
    }

    /// <summary>Counts one completed request that was not timed.</summary>
    /// <param name="row">The calling thread's row of the sampler's counters.</param>
    /// <param name="inFlight">Permits in flight when it was admitted, its own included.</param>
    /// <param name="overloaded">Whether it ended with <see cref="AdmissionOutcome.Overloaded"/>.</param>
    public void RecordUntimed(CounterRow row, int inFlight, bool overloaded)
    {
        if (overloaded)
        {
            Interlocked.Increment(ref _overloaded);
        }

        RaiseTo(ref _maxInFlight, inFlight);
        _sampler.CountUntimed(row);
    }

    /// <summary>Counts one completed request that was timed, and closes the window if it is due.</summary>
    /// <param name="admittedAt">When the request was admitted, by the regulator's clock.</param>
    /// <param name="inFlight">Permits in flight then, its own included.</param>
    /// <param name="overloaded">Whether it ended with <see cref="AdmissionOutcome.Overloaded"/>.</param>
    public void Record(long admittedAt, int inFlight, bool overloaded)
    {
        long now = _clock.Precise;
        long ticks = Math.Clamp((now - admittedAt) / NanosecondsPerTick, 0, LongestTicks);
        if (overloaded)
        {
            Interlocked.Increment(ref _overloaded);
        }

        RaiseTo(ref _maxInFlight, inFlight);
        LowerTo(ref _leastTicks, ticks);
        if (IsDue(Interlocked.Add(ref _samples, (1L << CountShift) + ticks), now))
        {
            Close(now);
        }
    }

    /// <summary>Puts another rule in force, which starts at its own initial limit.</summary>
    public void Restart(ILimitAlgorithm algorithm)
    {
        // Waits out a thread that closes a window just now, or its result would overwrite the new rule.
        SpinWait spin = default;
        while (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            spin.SpinOnce();
        }

        try
        {
            // What was measured under the old rule says nothing to the new one.
            TakeWindow(_clock.Precise);
            Apply(algorithm, LimitOf(algorithm));
        }
        finally
        {
            Volatile.Write(ref _closing, 0);
        }
    }

    private bool IsOverdue()
    {
        bool isOverdue = _clock.Coarse - Volatile.Read(ref _start) > 2 * _minDuration;
        if (isOverdue)
        {
            _sampler.TimeAll();
        }

        return isOverdue;
    }

    private bool IsDue(long samples, long now)
    {
        int count = (int)(samples >> CountShift);
        return (count >= MinSamples && now - Volatile.Read(ref _start) >= _minDuration) || count >= FullCount || (samples & LatencyMask) >= FullLatency;
    }

    private void Close(long now)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            return;
        }

        try
        {
            // Another thread may have closed the window between this one's look and its turn.
            if (IsDue(Volatile.Read(ref _samples), now) && TryNext(TakeWindow(now), out ILimitAlgorithm next, out int limit))
            {
                Apply(next, limit);
            }
        }
        finally
        {
            // Whatever a new limit sets going: a flag that stays would mean that no window is ever closed again.
            Volatile.Write(ref _closing, 0);
        }
    }

    private LimitWindow TakeWindow(long now)
    {
        long samples = Interlocked.Exchange(ref _samples, 0);
        int count = (int)(samples >> CountShift);
        long completions = count + _sampler.TakeUntimed();
        long duration = Math.Max(1, now - _start);
        var window = new LimitWindow
        {
            Duration = TimeSpan.FromTicks(duration / NanosecondsPerTick),
            Samples = (int)Math.Min(int.MaxValue, completions),
            LatencySamples = count,
            Overloaded = Interlocked.Exchange(ref _overloaded, 0),
            MeanLatency = TimeSpan.FromTicks((samples & LatencyMask) / Math.Max(1, count)),
            MinLatency = TimeSpan.FromTicks(Math.Min(LongestTicks, Interlocked.Exchange(ref _leastTicks, long.MaxValue))),
            MaxInFlight = Interlocked.Exchange(ref _maxInFlight, 0),
        };
        _sampler.Adapt(completions * NanosecondsPerSecond / duration);
        Volatile.Write(ref _start, now);
        return window;
    }

    /// <summary>The rule after the window and its limit. A rule that fails in any of its members must not cost a request its permit: the one in force stays.</summary>
    private bool TryNext(in LimitWindow window, out ILimitAlgorithm next, out int limit)
    {
        next = _algorithm;
        limit = 0;
        try
        {
            next = _algorithm.After(window);
            limit = LimitOf(next);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>The whole permits that a rule allows.</summary>
    /// <exception cref="ArgumentException">It gives no number, or its largest limit is below 1.</exception>
    private static int LimitOf(ILimitAlgorithm algorithm)
    {
        double limit = algorithm.Limit;
        int maxLimit = algorithm.MaxLimit;
        return !double.IsNaN(limit) && maxLimit >= 1
            ? (int)Math.Clamp(limit, 1, maxLimit)
            : throw new ArgumentException(
                $"The limit {limit} and the largest limit {maxLimit} of {algorithm.GetType().Name} must be numbers, the largest at least 1.",
                nameof(algorithm));
    }

    private void Apply(ILimitAlgorithm algorithm, int limit)
    {
        Volatile.Write(ref _algorithm, algorithm);
        _gate.Limit = limit;
    }

    private static void RaiseTo(ref int target, int value)
    {
        int current = Volatile.Read(ref target);
        while (value > current)
        {
            int seen = Interlocked.CompareExchange(ref target, value, current);
            if (seen == current)
            {
                return;
            }

            current = seen;
        }
    }

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
