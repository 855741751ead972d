using AdmissionControl.Contention;

namespace AdmissionControl.Concurrency;

/// <summary>Counts the requests of one window that have ended, and makes a <see cref="LimitWindow"/> of them. Knows neither when a window is due nor what becomes of it.</summary>
/// <remarks>
/// A request that ends while the window is taken may count in one field for this window and in another for the next, which moves a maximum by one request's worth.
/// No request is lost, and none counts twice. Thread-safe; windows are taken by one thread at a time.
/// </remarks>
/// <param name="sampler">Counts those that are not timed; told the rate of each window.</param>
internal sealed class LimitWindowRecorder(LatencySampler sampler)
{
    private const long NanosecondsPerTick = 100;
    private const double NanosecondsPerSecond = 1e9;

    private LatencyTally _succeeded = new();
    private LatencyTally _overloaded = new();
    private LatencyTally _ignored = new();
    private int _maxInFlight;
    private long _lateAfterTicks = long.MaxValue;
    private int _late;

    /// <summary>The timed requests that have ended since the window began, however they ended.</summary>
    public int Timed => _succeeded.Count + _overloaded.Count + _ignored.Count;

    /// <summary>Whether the window must be taken soon, whatever its length, because a word of it is half full.</summary>
    public bool IsFull => _succeeded.IsFull || _overloaded.IsFull || _ignored.IsFull;

    /// <summary>Counts a request that was timed.</summary>
    /// <param name="nanoseconds">Its latency. Below zero counts as zero, above a minute as a minute.</param>
    /// <param name="inFlight">Permits in flight when it was admitted, its own included.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="permits">The permits that it held.</param>
    /// <returns>Whether the window must be taken soon.</returns>
    public bool Add(long nanoseconds, int inFlight, AdmissionOutcome outcome, int permits)
    {
        RaiseTo(ref _maxInFlight, inFlight);
        long ticks = Math.Clamp(nanoseconds / NanosecondsPerTick, 0, LatencyTally.LongestTicks);
        if (ticks > Volatile.Read(ref _lateAfterTicks))
        {
            Interlocked.Increment(ref _late);
        }

        return TallyOf(outcome).Add(ticks, permits);
    }

    /// <summary>Sets above which latency a request is late.</summary>
    public TimeSpan LateAfter
    {
        set => Volatile.Write(ref _lateAfterTicks, value > TimeSpan.Zero ? value.Ticks : long.MaxValue);
    }

    /// <summary>Counts a request that was not timed.</summary>
    /// <param name="row">The calling thread's row of the sampler's counters.</param>
    /// <param name="inFlight">Permits in flight when it was admitted, its own included.</param>
    /// <param name="outcome">How it ended.</param>
    public void AddUntimed(CounterRow row, int inFlight, AdmissionOutcome outcome)
    {
        RaiseTo(ref _maxInFlight, inFlight);
        sampler.CountUntimed(row, outcome);
    }

    /// <summary>Takes the window and begins the next.</summary>
    /// <param name="nanoseconds">How long it was, at least 1.</param>
    public LimitWindow Take(long nanoseconds)
    {
        LatencySum succeeded = _succeeded.Take();
        LatencySum overloaded = _overloaded.Take();
        LatencySum ignored = _ignored.Take();
        long successes = succeeded.Count + sampler.TakeUntimed(AdmissionOutcome.Success);
        long overloads = overloaded.Count + sampler.TakeUntimed(AdmissionOutcome.Overloaded);
        long ignores = ignored.Count + sampler.TakeUntimed(AdmissionOutcome.Ignored);
        sampler.Adapt((successes + overloads + ignores) * NanosecondsPerSecond / nanoseconds);

        // Of a kind of which none was timed the best guess is the mean of all that were.
        double meanOfAll = ((double)succeeded.PermitTicks + overloaded.PermitTicks + ignored.PermitTicks)
            / Math.Max(1, succeeded.Count + overloaded.Count + ignored.Count);
        double permitTicks = PermitTicks(successes, succeeded, meanOfAll) + PermitTicks(overloads, overloaded, meanOfAll) + PermitTicks(ignores, ignored, meanOfAll);
        int timed = succeeded.Count + overloaded.Count + ignored.Count;
        double late = (double)Interlocked.Exchange(ref _late, 0) / Math.Max(1, timed) * (successes + overloads + ignores);
        LatencySum latency = succeeded.Count > 0 ? succeeded : overloaded;
        return new LimitWindow
        {
            Duration = TimeSpan.FromTicks(nanoseconds / NanosecondsPerTick),
            Samples = Saturated(successes + overloads),
            LatencySamples = succeeded.Count + overloaded.Count,
            Overloaded = Saturated(overloads),
            Ignored = Saturated(ignores),
            MeanLatency = TimeSpan.FromTicks(latency.Ticks / Math.Max(1, latency.Count)),
            MinLatency = latency.Count > 0 ? TimeSpan.FromTicks(latency.LeastTicks) : TimeSpan.Zero,
            Late = Saturated((long)Math.Round(late)),
            MaxInFlight = Interlocked.Exchange(ref _maxInFlight, 0),
            MeanInFlight = permitTicks * NanosecondsPerTick / nanoseconds,
        };
    }

    private ref LatencyTally TallyOf(AdmissionOutcome outcome)
    {
        if (outcome == AdmissionOutcome.Overloaded)
        {
            return ref _overloaded;
        }

        return ref outcome == AdmissionOutcome.Ignored ? ref _ignored : ref _succeeded;
    }

    /// <summary>Permits times latency of all requests of a kind: those that were timed stand for the rest.</summary>
    private static double PermitTicks(long requests, in LatencySum timed, double meanOfAll) =>
        requests * (timed.Count > 0 ? (double)timed.PermitTicks / timed.Count : meanOfAll);

    private static int Saturated(long count) => (int)Math.Min(int.MaxValue, count);

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
}
