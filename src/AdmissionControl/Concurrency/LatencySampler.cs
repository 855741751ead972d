using AdmissionControl.Contention;

namespace AdmissionControl.Concurrency;

/// <summary>Chooses which requests are timed, since two readings of the precise clock can cost as much as all the rest, and counts those that are not.</summary>
/// <remarks>
/// Every request is timed up to a number a second; above it, a share. The share is taken by a Weyl sequence with the golden ratio, one a thread: of any
/// n requests in a row it takes the share to within one or two, and no period of the traffic can hide from it. Source: H. Weyl,
/// "Über die Gleichverteilung von Zahlen mod. Eins" (1916). The counts are exact. Thread-safe.
/// </remarks>
internal sealed class LatencySampler(int samplesPerSecond)
{
    private const uint GoldenRatio = 0x9E3779B9;
    private const double AllOfThem = 1L << 32;
    private const int Untimed = 0;
    private const int Phase = 1;

    private readonly ThreadCounters _counters = new(2);
    private uint _threshold = uint.MaxValue;
    private long _untimedTaken;

    /// <summary>Whether every request is timed.</summary>
    public bool TimesAll => Volatile.Read(ref _threshold) == uint.MaxValue;

    /// <summary>Whether the next request of this thread is timed.</summary>
    public bool Next(PerThread thread) => (uint)(_counters.Mine(thread, Phase) += GoldenRatio) <= Volatile.Read(ref _threshold);

    /// <summary>Counts a completed request that was not timed.</summary>
    public void CountUntimed(PerThread thread) => _counters.Increment(thread, Untimed);

    /// <summary>Takes the count of those that were not timed. Called by one thread at a time.</summary>
    public long TakeUntimed()
    {
        long total = _counters.Sum(Untimed);
        long taken = total - _untimedTaken;
        _untimedTaken = total;
        return taken;
    }

    /// <summary>Sets the share to what so many completions a second need.</summary>
    public void Adapt(double completionsPerSecond) =>
        Volatile.Write(ref _threshold, completionsPerSecond <= samplesPerSecond ? uint.MaxValue : (uint)(samplesPerSecond / completionsPerSecond * AllOfThem));
}
