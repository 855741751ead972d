using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>
/// What Netflix's <c>WindowedLimit</c> gathers between two steps of a limit. A window ends with the first sample a second or more after the last one ended;
/// one of less than ten samples is thrown away; latencies below 100 µs are not looked at.
/// </summary>
/// <remarks>Source: Netflix/concurrency-limits, <c>limit/WindowedLimit.java</c> and <c>limit/window/ImmutableAverageSampleWindow.java</c>, with their defaults.</remarks>
internal sealed class SampleWindow
{
    private const long Length = VirtualTime.Second;
    private const long LeastLatency = VirtualTime.Second / 10_000;
    private const int LeastSamples = 10;

    private long _endsAt;
    private long _sum;
    private int _count;

    /// <summary>The mean latency of the window that has ended, nanoseconds.</summary>
    public long MeanLatency { get; private set; }

    /// <summary>The most in flight at the start of any of its samples.</summary>
    public int MaxInFlight { get; private set; }

    /// <summary>Whether any of its samples was overloaded.</summary>
    public bool AnyOverloaded { get; private set; }

    /// <summary>Adds a sample; true when that ended a window that holds enough of them.</summary>
    public bool Add(long now, in Admission admission, AdmissionOutcome outcome)
    {
        long latency = now - admission.AdmittedAt;
        if (outcome == AdmissionOutcome.Ignored || latency < LeastLatency)
        {
            return false;
        }

        if (_count == 0)
        {
            MaxInFlight = 0;
            AnyOverloaded = false;
        }

        _count++;
        _sum += latency;
        MaxInFlight = Math.Max(MaxInFlight, admission.InFlight);
        AnyOverloaded |= outcome == AdmissionOutcome.Overloaded;
        if (now <= _endsAt)
        {
            return false;
        }

        bool isReady = _count >= LeastSamples;
        MeanLatency = _sum / _count;
        _endsAt = now + Length;
        _count = 0;
        _sum = 0;
        return isReady;
    }
}
