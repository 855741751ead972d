using AdmissionControl.Contention;
using AdmissionControl.Hosting;
using AdmissionControl.Timing;

namespace AdmissionControl.Concurrency;

/// <summary>
/// Measures one gate in windows and lets an <see cref="ILimitAlgorithm"/> set the gate's limit at the end of each. Owns time and threads, knows no formula.
/// </summary>
/// <remarks>
/// A window closes at the first request to end, successful, overloaded or ignored, after <see cref="MinDuration"/> that is at least the <see cref="MinSamples"/>th of those timed,
/// so a quiet service has long windows and none is thrown away, and one whose clients all give up has windows, too. It closes earlier when more are in flight than the rule bears unseen, or
/// when it has lasted too long while others are refused. One thread closes it; the others go on recording. The rule in force may ask for another size of each window.
/// <para>
/// A limit that has moved leaves what was admitted before in flight: what to make of a window that saw two limits is the rule's affair.
/// Closing is decided by one exchange; the bounds of the next window are written under it and looked at again under it, so that a thread with an old one cannot close too early.
/// Thread-safe.
/// </para>
/// </remarks>
internal sealed class LimitRegulator
{
    private const long NanosecondsPerTick = 100;

    private readonly ConcurrencyGate _gate;
    private readonly AdmissionClock _clock;
    private readonly LatencySampler _sampler;
    private readonly LimitWindowRecorder _recorder;
    private readonly LimitWindowSize _defaultSize;
    private readonly Func<long>? _blocked;
    private readonly IHostWitness? _witness;
    private ILimitAlgorithm _algorithm;
    private long _start;
    private long _minDuration;
    private int _minSamples;
    private int _maxInFlight;
    private long _maxDuration = long.MaxValue;
    private long _blockedTaken;
    private int _closing;

    /// <summary>A regulator with counters of its own.</summary>
    public LimitRegulator(
        ILimitAlgorithm algorithm, ConcurrencyGate gate, AdmissionClock clock, TimeSpan minDuration, int minSamples, int samplesPerSecond = int.MaxValue)
        : this(
            algorithm,
            gate,
            clock,
            new LimitWindowSize(minDuration, minSamples),
            new LatencySampler(samplesPerSecond, new ThreadCounters(LatencySampler.CounterCount), first: 0))
    {
    }

    /// <param name="algorithm">The first rule.</param>
    /// <param name="gate">Whose limit it sets.</param>
    /// <param name="clock">The clock of admissions and windows.</param>
    /// <param name="size">The windows of a rule that asks for none of its own.</param>
    /// <param name="sampler">Chooses the requests that are timed.</param>
    /// <param name="blocked">The requests so far that found no free permit; must answer at once and never throw. None when null.</param>
    /// <param name="witness">Who knows the host's delay; nobody when null.</param>
    public LimitRegulator(
        ILimitAlgorithm algorithm,
        ConcurrencyGate gate,
        AdmissionClock clock,
        LimitWindowSize size,
        LatencySampler sampler,
        Func<long>? blocked = null,
        IHostWitness? witness = null)
    {
        _sampler = sampler;
        _recorder = new LimitWindowRecorder(sampler);
        _algorithm = algorithm;
        _gate = gate;
        _clock = clock;
        _defaultSize = size;
        _blocked = blocked;
        _witness = witness;
        _start = clock.Precise;
        Apply(StepTo(algorithm));
    }

    /// <summary>The shortest that this window can be.</summary>
    public TimeSpan MinDuration => TimeSpan.FromTicks(Volatile.Read(ref _minDuration) / NanosecondsPerTick);

    /// <summary>The fewest timed requests that can end in this window.</summary>
    public int MinSamples => Volatile.Read(ref _minSamples);

    /// <summary>The rule in force.</summary>
    public ILimitAlgorithm Algorithm => Volatile.Read(ref _algorithm);

    /// <summary>
    /// The moment of an admission: a precise reading for a request that is to be timed, mostly none for the rest: even a coarse one costs as much as two or three atomic operations.
    /// Every sixteenth of a thread looks whether the window is overdue, because the traffic has fallen; from then on all are timed until it closes. One that is timed closes a window in which too
    /// many are in flight.
    /// </summary>
    /// <param name="row">The calling thread's row of the sampler's counters.</param>
    /// <param name="isTimed">Whether the request is to be timed.</param>
    /// <returns>A reading, or <see cref="AdmissionClock.Unread"/>.</returns>
    public long ReadClock(CounterRow row, out bool isTimed)
    {
        isTimed = _sampler.TimesAll || _sampler.Next(row, out bool isLookDue) || (isLookDue && IsOverdue());
        if (!isTimed)
        {
            return AdmissionClock.Unread;
        }

        long now = _clock.Precise;
        if (IsCrowded(now))
        {
            Close(now);
        }

        return now;
    }

    /// <summary>Counts one completed request that was not timed.</summary>
    /// <param name="row">The calling thread's row of the sampler's counters.</param>
    /// <param name="inFlight">Permits in flight when it was admitted, its own included.</param>
    /// <param name="outcome">How it ended.</param>
    public void RecordUntimed(CounterRow row, int inFlight, AdmissionOutcome outcome) => _recorder.AddUntimed(row, inFlight, outcome);

    /// <summary>Counts one completed request that was timed, and closes the window if it is due.</summary>
    /// <param name="admittedAt">When the request was admitted, by the regulator's clock.</param>
    /// <param name="inFlight">Permits in flight then, its own included.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="permits">The permits that it held.</param>
    public void Record(long admittedAt, int inFlight, AdmissionOutcome outcome, int permits = 1)
    {
        long now = _clock.Precise;
        if (_recorder.Add(now - admittedAt, inFlight, outcome, permits) || IsTimely(now) || IsCrowded(now))
        {
            Close(now);
        }
    }

    /// <summary>
    /// Told of a refusal: ends a window that has lasted longer than the rule allows. Reads no clock while the rule sets no bound, and else a coarse one for every sixteenth refusal of a thread.
    /// </summary>
    /// <param name="refusals">The refusals of this thread so far.</param>
    public void LookAfterRefusal(long refusals)
    {
        if ((refusals & 15) == 0 && Volatile.Read(ref _maxDuration) != long.MaxValue)
        {
            long now = _clock.Coarse;
            if (IsTooLong(now))
            {
                Close(now);
            }
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
            Apply(StepTo(algorithm));
        }
        finally
        {
            Volatile.Write(ref _closing, 0);
        }
    }

    private bool IsOverdue()
    {
        // The coarse clock may be ahead by a tick, which is more than a short window.
        bool isOverdue = _clock.Coarse - Volatile.Read(ref _start) > (2 * Volatile.Read(ref _minDuration)) + _clock.CoarseTick;
        if (isOverdue)
        {
            _sampler.TimeAll();
        }

        return isOverdue;
    }

    private bool IsLongEnough(long now) => now - Volatile.Read(ref _start) >= Volatile.Read(ref _minDuration);

    private bool IsTimely(long now) => IsLongEnough(now) && _recorder.Timed >= Volatile.Read(ref _minSamples);

    private bool IsCrowded(long now) => IsLongEnough(now) && _gate.InFlight > Volatile.Read(ref _maxInFlight);

    private bool IsTooLong(long now) => now - Volatile.Read(ref _start) > Volatile.Read(ref _maxDuration);

    private void Close(long now)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            return;
        }

        try
        {
            // Another thread may have closed the window between this one's look and its turn.
            if ((IsTimely(now) || IsCrowded(now) || _recorder.IsFull || IsTooLong(now)) && TryStep(TakeWindow(now), out Step step))
            {
                Apply(step);
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
        LimitWindow window = _recorder.Take(Math.Max(1, now - _start)) with
        {
            InFlight = _gate.InFlight,
            Blocked = TakeBlocked(),
            HostDelay = _witness?.Delay,
        };
        Volatile.Write(ref _start, now);
        return window;
    }

    private int TakeBlocked()
    {
        long total = _blocked?.Invoke() ?? 0;
        long taken = total - _blockedTaken;
        _blockedTaken = total;
        return (int)Math.Min(int.MaxValue, taken);
    }

    /// <summary>The rule after the window. A rule that fails in any of its members must not cost a request its permit: the one in force stays.</summary>
    private bool TryStep(in LimitWindow window, out Step step)
    {
        try
        {
            step = StepTo(_algorithm.After(window));
            return true;
        }
        catch (Exception)
        {
            step = default;
            return false;
        }
    }

    /// <summary>Asks a rule for all that it decides.</summary>
    /// <exception cref="ArgumentException">It gives no number for its limit, or its largest limit is below 1.</exception>
    private Step StepTo(ILimitAlgorithm algorithm)
    {
        double limit = algorithm.Limit;
        int maxLimit = algorithm.MaxLimit;
        return !double.IsNaN(limit) && maxLimit >= 1
            ? new Step(algorithm, (int)Math.Clamp(limit, 1, maxLimit), algorithm.NextWindow?.WithinRange() ?? _defaultSize)
            : throw new ArgumentException(
                $"The limit {limit} and the largest limit {maxLimit} of {algorithm.GetType().Name} must be numbers, the largest at least 1.",
                nameof(algorithm));
    }

    private void Apply(in Step step)
    {
        Volatile.Write(ref _minDuration, step.Size.MinDuration.Ticks * NanosecondsPerTick);
        Volatile.Write(ref _minSamples, step.Size.MinSamples);
        Volatile.Write(ref _maxInFlight, step.Size.MaxInFlight > 0 ? step.Size.MaxInFlight : int.MaxValue);
        Volatile.Write(ref _maxDuration, step.Size.MaxDuration > TimeSpan.Zero ? step.Size.MaxDuration.Ticks * NanosecondsPerTick : long.MaxValue);
        _recorder.LateAfter = step.Size.LateAfter;
        Volatile.Write(ref _algorithm, step.Algorithm);
        _gate.Limit = step.Limit;
    }

    /// <summary>A rule, the whole permits that it allows, and the window after which it is asked again.</summary>
    private readonly record struct Step(ILimitAlgorithm Algorithm, int Limit, LimitWindowSize Size);
}
