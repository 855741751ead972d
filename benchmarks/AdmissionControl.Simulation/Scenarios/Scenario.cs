namespace AdmissionControl.Simulation.Scenarios;

/// <summary>A service, its clients and what happens to them: all that a run depends on, but for the seed and the arm.</summary>
internal sealed record Scenario
{
    public required string Name { get; init; }

    public string Description { get; init; } = "";

    /// <summary>An answer later than this after its arrival is worth nothing, seconds. It is what arms with an objective are told.</summary>
    public required double Objective { get; init; }

    /// <summary>The limit that adaptive arms begin with.</summary>
    public int InitialLimit { get; init; } = 20;

    /// <summary>How many seeds a full run takes.</summary>
    public int Seeds { get; init; } = 10;

    public required IReadOnlyList<StageSpec> Stages { get; init; }

    public required IReadOnlyList<Phase> Phases { get; init; }

    public Clients Clients { get; init; } = new();

    public Pauses? Pauses { get; init; }

    public Bursts? Bursts { get; init; }

    /// <summary>What refusing one request costs, seconds of one core of the first station that has any.</summary>
    public double RefusalCost { get; init; }

    /// <summary>The shares of <see cref="RequestPriority.Critical"/> to <see cref="RequestPriority.Bulk"/> in the arrivals; all normal when absent.</summary>
    public IReadOnlyList<double>? Priorities { get; init; }

    /// <summary>What the service can serve a second in a phase: its slowest station.</summary>
    public double Capacity(Phase phase) => Stages.Min(stage => stage.Capacity(phase));

    /// <summary>Arrivals a second at a moment of a phase, without bursts.</summary>
    public double Arrivals(Phase phase, double secondsIn) =>
        phase.Rate
        ?? Capacity(Phases[0]) * (phase.Load + (((phase.LoadAtEnd ?? phase.Load) - phase.Load) * Math.Min(1, secondsIn / phase.Duration)));

    /// <summary>Arrivals over capacity in the busier half of the phase.</summary>
    public double Offered(Phase phase) => Math.Max(Arrivals(phase, 0), Arrivals(phase, phase.Duration)) / Capacity(phase);

    /// <summary>The mean time that one request spends at all stations when it has them for itself, seconds.</summary>
    public double BareLatency(Phase phase) =>
        Stages.Sum(stage => stage.Service.Mean * (stage.Kind == StageKind.Delay ? phase.DelayFactor : phase.ServiceFactor));

    /// <summary>How much of a phase's beginning is left out of the marks, seconds: at least 10, at least 20 service times.</summary>
    public double LeadIn(Phase phase) => Math.Max(10, 20 * BareLatency(phase));

    public double Duration => Phases.Sum(phase => phase.Duration);
}
