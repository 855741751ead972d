using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace AdmissionControl.Timing;

/// <summary>The system's pair: <see cref="Environment.TickCount64"/> (4 to 8 ns a reading) and <see cref="TimeProvider.GetTimestamp"/> (about 20 ns).</summary>
/// <remarks>
/// The two do not share an origin, and on some platforms only one of them counts sleep, so their distance is observed and not assumed.
/// Reading both yields one observation: precise less coarse lies between the true distance and one tick of the coarse clock above it. The
/// smallest observation is the best; one that is larger by more than <see cref="CoarseTick"/> means that the precise clock has counted time
/// which the coarse one has not (the machine slept), and replaces it. One precise reading in sixteen observes, and a coarse reading more than <see cref="ResyncInterval"/> after the last
/// observation makes one, so that a jump is forgotten within that time even if nobody asks for the precise clock.
/// <para>
/// Memory order: the distance is one word, written and read whole; every value that it ever had is a valid distance to within one tick,
/// so readers need no ordering and writers no mutual exclusion.
/// </para>
/// </remarks>
internal sealed class SystemClock : AdmissionClock
{
    private const long NanosecondsPerMillisecond = 1_000_000;
    private const long ResyncInterval = NanosecondsPerSecond;

    // One precise reading in sixteen observes: which one, the reading itself decides by bits that are as good as random on every platform.
    private const long ObservationMask = 0xF00;

    // Twice the platform's tick, so that the bound also holds while the observed distance still improves: the coarse clock moves every
    // 15.6 ms on Windows, and every 4 ms on Linux at the usual 250 Hz, in both cases cut to whole milliseconds.
    private static readonly long Tick = (OperatingSystem.IsWindows() ? 33 : 10) * NanosecondsPerMillisecond;

    public static readonly SystemClock Instance = new();

    // Whole on every platform: 1 where the system counts nanoseconds, 100 on Windows.
    private readonly long _nanosecondsPerTimestamp = NanosecondsPerSecond / TimeProvider.System.TimestampFrequency;
    private readonly long _origin = TimeProvider.System.GetTimestamp();
    private long _distance;
    private long _nextObservation;

    private SystemClock()
    {
        _distance = long.MaxValue;
        Observe();
    }

    public override long CoarseTick => Tick;

    public override long Coarse
    {
        get
        {
            long coarse = CoarseMilliseconds * NanosecondsPerMillisecond;
            return coarse >= Volatile.Read(ref _nextObservation) ? Observe() : coarse + Volatile.Read(ref _distance);
        }
    }

    public override long Precise
    {
        get
        {
            long precise = ReadPrecise();
            return (precise & ObservationMask) == 0 ? Observe() : precise;
        }
    }

    public override long FromTimestamp(long timestamp) =>
        Start + ToNanoseconds(_origin, timestamp, TimeProvider.System.TimestampFrequency);

    private static long CoarseMilliseconds
    {
        [SuppressMessage("ApiDesign", "RS0030", Justification = "The one place that reads the system's coarse clock.")]
        get => Environment.TickCount64;
    }

    private long ReadPrecise() => Start + ((TimeProvider.System.GetTimestamp() - _origin) * _nanosecondsPerTimestamp);

    /// <summary>Reads both clocks, learns their distance, and returns the precise reading.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private long Observe()
    {
        // The coarse clock first: a thread that is preempted in between observes too large a distance, which the minimum discards.
        long coarse = CoarseMilliseconds * NanosecondsPerMillisecond;
        long precise = ReadPrecise();
        long known = Volatile.Read(ref _distance);
        long distance = precise - coarse;

        // The coarse clock again, before a larger distance is believed: a preempted thread finds that it has caught up.
        if (distance < known || (distance - known > Tick && precise - (CoarseMilliseconds * NanosecondsPerMillisecond) - known > Tick))
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
