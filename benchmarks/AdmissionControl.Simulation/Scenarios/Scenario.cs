using System.Text.Json.Serialization;
using AdmissionControl.Simulation.Plants;

namespace AdmissionControl.Simulation.Scenarios;

/// <summary>A service, its clients and what happens to them: all that a run depends on, but for the seed and the arm.</summary>
internal sealed record Scenario
{
    /// <summary>What reports and their files call it: small letters, digits, dots and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>What happens, in plain words.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whether it is kept away from whoever tunes a law, until that law is fixed.</summary>
    public bool IsHeldOut { get; init; }

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

    /// <summary>How much of a phase counts in the marks, seconds: what is left when it has been led in.</summary>
    public double MarkedSeconds(Phase phase) => phase.IsMarked ? Math.Max(0, phase.Duration - LeadIn(phase)) : 0;

    [JsonIgnore]
    public double Duration => Phases.Sum(phase => phase.Duration);

    /// <summary>Refuses what cannot be run.</summary>
    /// <exception cref="FormatException">A value is out of its range; the message names it and what is allowed.</exception>
    public void Check()
    {
        if (Name.Length is 0 or > 80 || !char.IsAsciiLetterOrDigit(Name[0]) || Name.Any(letter => !IsForName(letter)))
        {
            throw new FormatException(
                $"name is '{Name}'; allowed are 1 to 80 small letters, digits, dots and dashes, a letter or digit first.");
        }

        Allowed.Number("objective", Objective, 0.001, 3600, "s");
        Allowed.Number("initialLimit", InitialLimit, 1, 1_000_000);
        Allowed.Number("seeds", Seeds, 1, 1000);
        Allowed.Number("refusalCost", RefusalCost, 0, 60, "s");
        CheckStages();
        CheckPhases();
        CheckPriorities();
        Clients.Check("clients.");
        Pauses?.Check("pauses.");
        Bursts?.Check("bursts.");
    }

    private static bool IsForName(char letter) => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-';

    private void CheckStages()
    {
        Allowed.Count("stages", Stages.Count, 1, Plant.MostStages);
        for (int index = 0; index < Stages.Count; index++)
        {
            Stages[index].Check($"stages[{index}].");
        }

        if (Stages.Count(stage => stage.IsHost) is > 1 and int hosts)
        {
            throw new FormatException($"stages has isHost {hosts} times; allowed is once, because a process has one thread pool.");
        }
    }

    private void CheckPhases()
    {
        Allowed.Count("phases", Phases.Count, 1, 1000);
        for (int index = 0; index < Phases.Count; index++)
        {
            Phases[index].Check($"phases[{index}].");
            if (Phases[index].Rate is null && double.IsInfinity(Capacity(Phases[0])))
            {
                throw new FormatException(
                    $"phases[{index}].rate is absent; without a stage that has cores there is no capacity for load to relate to.");
            }
        }

        if (Phases.All(phase => BareLatency(phase) >= Objective))
        {
            throw new FormatException(
                $"objective is {Allowed.Text(Objective)} s, and the work alone takes {Allowed.Text(Phases.Min(BareLatency))} s on the mean; allowed is more than that.");
        }

        if (!Phases.Any(phase => phase.IsMarked && phase.Duration > LeadIn(phase)))
        {
            throw new FormatException(
                "phases has no marked one that outlasts its lead-in of 10 s or 20 service times, whichever is longer; nothing would be measured.");
        }
    }

    private void CheckPriorities()
    {
        if (Priorities is null)
        {
            return;
        }

        Allowed.Count("priorities", Priorities.Count, 1, (int)RequestPriority.Bulk + 1);
        for (int index = 0; index < Priorities.Count; index++)
        {
            Allowed.Number($"priorities[{index}]", Priorities[index], 0, 1000);
        }

        if (Priorities.Sum() <= 0)
        {
            throw new FormatException("priorities sum up to 0; at least one share must be above 0.");
        }
    }
}
