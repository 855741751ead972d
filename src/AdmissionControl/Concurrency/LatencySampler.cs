using AdmissionControl.Contention;

namespace AdmissionControl.Concurrency;

/// <summary>Chooses which requests are timed, since two readings of the precise clock can cost as much as all the rest, and counts those that are not.</summary>
/// <remarks>
/// Every request is timed up to a number a second; above it, a share. The share is taken by a Weyl sequence with the golden ratio, one a thread: of any
/// n requests in a row it takes the share to within one or two, and no period of the traffic can hide from it. Source: H. Weyl,
/// "Über die Gleichverteilung von Zahlen mod. Eins" (1916). The counts are exact. Thread-safe.
/// </remarks>
/// <param name="samplesPerSecond">How many are timed in a second, at least.</param>
/// <param name="counters">Where it counts, beside others: a request then looks for its thread's row once.</param>
/// <param name="first">The first of its counters there.</param>
internal sealed class LatencySampler(int samplesPerSecond, ThreadCounters counters, int first)
{
    /// <summary>The number of its counters.</summary>
    public const int CounterCount = 1 + OutcomeCount;

    private const uint GoldenRatio = 0x9E3779B9;
    private const double AllOfThem = 1L << 32;
    private const uint TurnMask = 15;
    private const int OutcomeCount = 3;
    private const int Phase = 0;
    private const int Untimed = 1;

    private readonly long[] _untimedTaken = new long[OutcomeCount];
    private uint _threshold = uint.MaxValue;

    /// <summary>Whether every request is timed.</summary>
    public bool TimesAll => Volatile.Read(ref _threshold) == uint.MaxValue;

    /// <summary>Whether the next request of this thread is timed.</summary>
    /// <param name="row">The calling thread's counters.</param>
    /// <param name="isLookDue">Every sixteenth time: for what must be looked after now and then, whether or not the request is timed.</param>
    public bool Next(CounterRow row, out bool isLookDue)
    {
        var phase = (uint)(row[first + Phase] += GoldenRatio);

        // The golden ratio is odd here, so the low bits take each of their values once in a turn.
        isLookDue = (phase & TurnMask) == 0;
        return phase <= Volatile.Read(ref _threshold);
    }

    /// <summary>Times every request until the share is set again.</summary>
    public void TimeAll() => Volatile.Write(ref _threshold, uint.MaxValue);

    /// <summary>Counts a completed request that was not timed.</summary>
    public void CountUntimed(CounterRow row, AdmissionOutcome outcome) => row.Increment(first + Untimed + IndexOf(outcome));

    /// <summary>Takes the count of those with one outcome that were not timed. Called by one thread at a time.</summary>
    public long TakeUntimed(AdmissionOutcome outcome)
    {
        int index = IndexOf(outcome);
        long total = counters.Sum(first + Untimed + index);
        long taken = total - _untimedTaken[index];
        _untimedTaken[index] = total;
        return taken;
    }

    /// <summary>Sets the share to what so many completions a second need.</summary>
    public void Adapt(double completionsPerSecond) =>
        Volatile.Write(ref _threshold, completionsPerSecond <= samplesPerSecond ? uint.MaxValue : (uint)(samplesPerSecond / completionsPerSecond * AllOfThem));

    // A value that the enumeration does not have counts as a success.
    private static int IndexOf(AdmissionOutcome outcome) => outcome switch
    {
        AdmissionOutcome.Overloaded => 1,
        AdmissionOutcome.Ignored => 2,
        _ => 0,
    };
}
