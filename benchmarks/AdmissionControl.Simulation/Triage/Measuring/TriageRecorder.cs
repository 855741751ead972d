using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Triage.Engine;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Measuring;

/// <summary>Counts what a run does, by the phase and the moment at which each request first came.</summary>
internal sealed class TriageRecorder
{
    /// <summary>The length of a slice, seconds.</summary>
    public const double SliceSeconds = 0.1;

    private static readonly long SliceLength = VirtualTime.Nanoseconds(SliceSeconds);

    private readonly double[] _shares;
    private int _phase;

    public TriageRecorder(TriageScenario scenario)
    {
        Scenario = scenario;
        Counts = [.. scenario.Phases.Select(_ => scenario.Streams.Select(_ => new StreamCounts()).ToArray())];
        GoodWork = new double[scenario.Phases.Count];
        int slices = (int)Math.Ceiling(scenario.Duration / SliceSeconds) + 1;
        Series = [.. scenario.Streams.Select(_ => new TriageSlice[slices])];
        // What one answer of a stream is of all that can be done: a probe is little, and a chain uses several services.
        _shares = [.. scenario.Streams.Select(stream => (stream.Service ?? scenario.Service).Mean / scenario.Slots * stream.ServiceCount / scenario.Services)];
    }

    public TriageScenario Scenario { get; }

    /// <summary>By phase and stream.</summary>
    public StreamCounts[][] Counts { get; }

    /// <summary>By phase: seconds of the whole capacity that went into answers in time, by the moment of the answer.</summary>
    public double[] GoodWork { get; }

    /// <summary>By stream, all along the run.</summary>
    public TriageSlice[][] Series { get; }

    public void EnterPhase(int phase) => _phase = phase;

    /// <summary>A client comes with a new wish.</summary>
    public void Came(Caller caller)
    {
        Of(caller).Offered++;
        SliceOf(caller).Offered++;
    }

    public void Tried(Caller caller) => Of(caller).Attempts++;

    public void Refused(Caller caller, RejectionReason reason) => Of(caller).Refusals[(int)reason]++;

    /// <summary>An attempt went through all its services, whether its client still waited or not.</summary>
    public void Finished(Caller caller, long latency) => Of(caller).Latencies.RecordValue(Math.Clamp(latency / 1000, 1, Recorder.LongestLatency));

    /// <summary>A client got its answer in time.</summary>
    public void Served(Caller caller)
    {
        Of(caller).Good++;
        SliceOf(caller).Good++;
        GoodWork[_phase] += _shares[caller.Source.Index] * Scenario.Phases[_phase].ServiceFactor;
    }

    private StreamCounts Of(Caller caller) => Counts[caller.Phase][caller.Source.Index];

    private ref TriageSlice SliceOf(Caller caller) => ref Series[caller.Source.Index][caller.ArrivedAt / SliceLength];
}
