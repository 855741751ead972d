using System.Runtime.CompilerServices;

namespace AdmissionControl.Timing;

/// <summary>A clock whose coarse and precise readings come from two sources that do not share an origin.</summary>
/// <remarks>
/// On some platforms only one of the two counts sleep, so their distance is observed and not assumed.
/// Reading both yields one observation: precise less coarse lies between the true distance and one step of the coarse clock above it. The
/// smallest observation is the best; one that is larger by more than <see cref="CoarseTick"/> means that the precise clock has counted time
/// which the coarse one has not (the machine slept), and replaces it. One precise reading in sixty-four observes, and a coarse reading more than
/// <see cref="ResyncInterval"/> after the last observation makes one, so that a jump is forgotten within that time even if nobody asks for the precise clock.
/// <para>
/// The error of a coarse reading is what the coarse clock lags, less than a step, against what the distance is too large, less than a step: so it lies between one step
/// either way, and any two errors differ by less than two, which is the tick of the contract.
/// </para>
/// <para>
/// Memory order: the distance is one word, written and read whole; every value that it ever had is a valid distance to within one step,
/// so readers need no ordering and writers no mutual exclusion.
/// </para>
/// </remarks>
internal class PairedClock<TReadings> : AdmissionClock
    where TReadings : struct, IClockReadings
{
    /// <summary>The longest time in nanoseconds of the coarse clock for which a distance is trusted.</summary>
    public const long ResyncInterval = NanosecondsPerSecond;

    private const long NanosecondsPerMillisecond = 1_000_000;

    // Which precise reading observes, the reading itself decides, by bits that are as good as random on every platform.
    private const long ObservationMask = 0x3F00;

    private readonly long _tick;
    private readonly TReadings _readings;
    private long _distance;
    private long _nextObservation;

    public PairedClock(TReadings readings, long coarseStepMilliseconds)
    {
        _readings = readings;
        _tick = 2 * coarseStepMilliseconds * NanosecondsPerMillisecond;
        _distance = long.MaxValue;
        Observe();
    }

    public sealed override long CoarseTick => _tick;

    public sealed override long Coarse
    {
        get
        {
            long coarse = _readings.CoarseMilliseconds * NanosecondsPerMillisecond;
            return coarse >= Volatile.Read(ref _nextObservation) ? Observe() : coarse + Volatile.Read(ref _distance);
        }
    }

    public sealed override long Precise
    {
        get
        {
            long precise = Start + _readings.PreciseNanoseconds;
            return (precise & ObservationMask) == 0 ? Observe() : precise;
        }
    }

    public override long FromTimestamp(long timestamp) => Start + timestamp;

    /// <summary>Reads both clocks, learns their distance, and returns the precise reading.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private long Observe()
    {
        // The coarse clock first: a thread that is preempted in between observes too large a distance, which the minimum discards.
        long coarse = _readings.CoarseMilliseconds * NanosecondsPerMillisecond;
        long precise = Start + _readings.PreciseNanoseconds;
        long known = Volatile.Read(ref _distance);
        long distance = precise - coarse;

        // The coarse clock again, before a larger distance is believed: a preempted thread finds that it has caught up.
        if (distance < known || (distance - known > _tick && precise - (_readings.CoarseMilliseconds * NanosecondsPerMillisecond) - known > _tick))
        {
            Volatile.Write(ref _distance, distance);
        }

        // Seldom, because every core reads this word.
        if (coarse + (ResyncInterval / 2) > Volatile.Read(ref _nextObservation))
        {
            Volatile.Write(ref _nextObservation, coarse + ResyncInterval);
        }

        return precise;
    }
}
