using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Scenarios;
using HdrHistogram;

namespace AdmissionControl.Simulation.Measuring;

/// <summary>Counts what a run does, for each phase's marked part and for each slice of time.</summary>
internal sealed class Recorder
{
    /// <summary>The longest latency that is told from longer ones, microseconds.</summary>
    public const long LongestLatency = 3600L * 1_000_000;

    /// <summary>Significant digits of a latency.</summary>
    public const int LatencyDigits = 2;

    private const long Slices = 600;

    private readonly long[] _markedFrom;
    private readonly long _sliceLength;
    private int _phase;

    public Recorder(Scenario scenario)
    {
        Scenario = scenario;
        _sliceLength = Math.Max(VirtualTime.Second / 5, VirtualTime.Nanoseconds(scenario.Duration) / Slices);
        Series = new Slice[(VirtualTime.Nanoseconds(scenario.Duration) / _sliceLength) + 1];
        Phases = [.. scenario.Phases.Select(_ => new PhaseCounts(new LongHistogram(1, LongestLatency, LatencyDigits)))];
        _markedFrom = new long[scenario.Phases.Count];
        double start = 0;
        for (int index = 0; index < _markedFrom.Length; index++)
        {
            Phase phase = scenario.Phases[index];
            _markedFrom[index] = phase.IsMarked ? VirtualTime.Nanoseconds(start + scenario.LeadIn(phase)) : long.MaxValue;
            start += phase.Duration;
        }
    }

    public Scenario Scenario { get; }

    /// <summary>The marked part of each phase.</summary>
    public PhaseCounts[] Phases { get; }

    /// <summary>The whole run, in slices.</summary>
    public Slice[] Series { get; }

    public double SliceSeconds => (double)_sliceLength / VirtualTime.Second;

    public void EnterPhase(int phase) => _phase = phase;

    public void Offered(long now)
    {
        SliceAt(now).Offered++;
        if (IsMarked(now))
        {
            Phases[_phase].Offered++;
        }
    }

    public void Refused(long now)
    {
        SliceAt(now).Refused++;
        if (IsMarked(now))
        {
            Phases[_phase].Refused++;
        }
    }

    /// <summary>A request ended with an answer that its client still waited for, or too late.</summary>
    public void Answered(long now, long latency, bool isGood)
    {
        ref Slice slice = ref SliceAt(now);
        slice.Answered++;
        slice.Good += isGood ? 1 : 0;
        slice.Latency += latency;
        if (IsMarked(now))
        {
            PhaseCounts counts = Phases[_phase];
            counts.Answered++;
            counts.Good += isGood ? 1 : 0;
            counts.Latencies.RecordValue(Math.Clamp(latency / 1000, 1, LongestLatency));
        }
    }

    /// <summary>The limit and what is in flight, when somebody arrives.</summary>
    public void Observe(long now, double limit, int inFlight)
    {
        ref Slice slice = ref SliceAt(now);
        slice.Limit = limit;
        slice.InFlight = Math.Max(slice.InFlight, inFlight);
    }

    private bool IsMarked(long now) => now >= _markedFrom[_phase];

    private ref Slice SliceAt(long now) => ref Series[now / _sliceLength];
}
