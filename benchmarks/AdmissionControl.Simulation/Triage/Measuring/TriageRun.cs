using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Engine;
using AdmissionControl.Simulation.Triage.Goals;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Measuring;

/// <summary>What a run came to.</summary>
internal sealed class TriageRun
{
    private readonly Cell[][] _cells;
    private readonly Cell[] _all;
    private readonly double[] _goodput;
    private readonly double[] _recovery;

    private TriageRun(TriageRecorder recorder, string arm, int seed)
    {
        Scenario = recorder.Scenario;
        Arm = arm;
        Seed = seed;
        Series = recorder.Series;
        _cells = [.. recorder.Counts.Select(streams => streams.Select(Cell.Of).ToArray())];
        _all = [.. recorder.Counts.Select(streams => All(Scenario, streams))];
        _goodput = [.. recorder.GoodWork.Select((work, phase) => work / Scenario.Phases[phase].Duration)];
        _recovery = new double[Scenario.Phases.Count];
        double start = 0;
        for (int phase = 0; phase < _recovery.Length; phase++)
        {
            _recovery[phase] = Recovery.Time(Series, start, Scenario.Duration);
            start += Scenario.Phases[phase].Duration;
        }
    }

    public TriageScenario Scenario { get; }

    public string Arm { get; }

    public int Seed { get; }

    /// <summary>By stream, all along the run.</summary>
    public TriageSlice[][] Series { get; }

    /// <summary>Runs a scenario.</summary>
    public static TriageRun Of(TriageScenario scenario, string arm, int seed)
    {
        var recorder = new TriageRecorder(scenario);
        using var simulation = new TriageSimulation(scenario, TriageArms.Get(arm), seed, recorder);
        simulation.Run();
        return new TriageRun(recorder, arm, seed);
    }

    /// <summary>A stream's requests of a phase, or those of all streams together that are no probes.</summary>
    public Cell Of(int phase, string? stream) => stream is null or TriageStream.All
        ? _all[phase]
        : _cells[phase][Scenario.Streams.Index().First(known => known.Item.Name == stream).Index];

    public double Figure(Measure measure, int phase, string? stream = null) => measure switch
    {
        Measure.Success => Of(phase, stream).Success,
        Measure.LeastSuccess => _cells[phase].Where(cell => cell.Offered > 0).Select(cell => cell.Success).DefaultIfEmpty(double.NaN).Min(),
        Measure.Goodput => _goodput[phase],
        Measure.P50 => Of(phase, stream).P50,
        Measure.P99 => Of(phase, stream).P99,
        _ => _recovery[phase],
    };

    /// <summary>Probes are left out, so that a thousand of a millisecond do not pass for quick answers.</summary>
    private static Cell All(TriageScenario scenario, StreamCounts[] streams)
    {
        var all = new StreamCounts();
        foreach ((int index, StreamCounts stream) in streams.Index())
        {
            if (!scenario.Streams[index].IsExempt)
            {
                all.Add(stream);
            }
        }

        return Cell.Of(all);
    }
}
