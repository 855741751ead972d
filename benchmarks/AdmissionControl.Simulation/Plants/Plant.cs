using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Plants;

/// <summary>A service: stations in a row, through which every admitted request goes.</summary>
internal sealed class Plant
{
    public const int MostStages = 4;

    private readonly Stage[] _stages;
    private readonly StageSpec[] _specs;
    private readonly Random[] _draws;

    public Plant(Scenario scenario, int seed, VirtualTime time, EventQueue events)
    {
        _specs = [.. scenario.Stages];
        _stages = [.. _specs.Select(spec => Build(spec, time, events))];
        _draws = [.. _specs.Select((_, index) => Draws.Of(seed, Draws.Stage + index))];
    }

    public int StageCount => _stages.Length;

    public Stage this[int index] => _stages[index];

    /// <summary>The station whose queue is the host's thread pool; null when the server is not the bottleneck's host.</summary>
    public Stage? Host => Array.FindIndex(_specs, spec => spec.IsHost) is >= 0 and int index ? _stages[index] : null;

    /// <summary>What a new request asks of each station.</summary>
    /// <param name="request">The request.</param>
    /// <param name="random">The draws; those of first attempts, which are the same for every arm, when null.</param>
    public void Draw(Request request, Random? random = null)
    {
        for (int index = 0; index < _specs.Length; index++)
        {
            request.Work[index] = _specs[index].Service.Sample(random ?? _draws[index]);
        }
    }

    /// <summary>Gives the first station with cores work beside its requests.</summary>
    public void AddOverhead(double seconds)
    {
        if (seconds > 0 && Array.FindIndex(_specs, spec => spec.Kind != StageKind.Delay) is >= 0 and int index)
        {
            _stages[index].AddOverhead(seconds);
        }
    }

    /// <summary>Puts a phase's values in force.</summary>
    public void Enter(Phase phase)
    {
        for (int index = 0; index < _stages.Length; index++)
        {
            StageSpec spec = _specs[index];
            bool isDelay = spec.Kind == StageKind.Delay;
            _stages[index].Change(
                !isDelay && phase.Cores is { } cores ? cores : spec.Cores,
                isDelay ? phase.DelayFactor : phase.ServiceFactor);
        }
    }

    private static Stage Build(StageSpec spec, VirtualTime time, EventQueue events) => spec.Kind switch
    {
        StageKind.Delay => new DelayStage(time, events),
        StageKind.Shared => new SharedStage(time, events, spec.Cores, spec.Tax),
        _ => new FifoStage(time, events, spec.Cores, spec.Tax),
    };
}
