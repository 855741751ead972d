using System.Text.Json.Serialization;
using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;
using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Goals;

namespace AdmissionControl.Simulation.Triage.Scenarios;

/// <summary>Services under overload, who asks them, and what has to come of it: one variant of a file, at one number of slots.</summary>
internal sealed record TriageScenario
{
    /// <summary>The slots at which the goals are set, when a file says nothing.</summary>
    public const int UsualSlots = 20;

    /// <summary>The file's name.</summary>
    public required string Name { get; init; }

    /// <summary>What happens and what it must show, in plain words.</summary>
    public required string Description { get; init; }

    /// <summary>Which variant of the file it is; empty when there is only one.</summary>
    public string Variant { get; init; } = "";

    /// <summary>How many requests a service works on at once.</summary>
    public int Slots { get; init; } = UsualSlots;

    /// <summary>Whether its goals decide; at other numbers of slots they are only reported.</summary>
    public bool Decides { get; init; } = true;

    /// <summary>Whether it is also run in the form that takes seconds.</summary>
    public bool IsShort { get; init; }

    /// <summary>How many seeds a full run takes.</summary>
    public int Seeds { get; init; } = 10;

    /// <summary>How many services stand in a row, all alike.</summary>
    public int Services { get; init; } = 1;

    /// <summary>How long a service works on a request that says nothing else.</summary>
    public Distribution Service { get; init; } = new() { Kind = DistributionKind.Exponential, Mean = 0.02 };

    /// <summary>What refusing one request costs, seconds of one core.</summary>
    public double RefusalCost { get; init; }

    /// <summary>All loads times this; what is given as a rate stays as it is.</summary>
    public double Load { get; init; } = 1;

    /// <summary>Whether triage is asked for fairness among clients.</summary>
    public bool IsFair { get; init; }

    public TriageClients Clients { get; init; } = new();

    public required IReadOnlyList<TriagePhase> Phases { get; init; }

    public required IReadOnlyList<TriageStream> Streams { get; init; }

    /// <summary>The arms to run.</summary>
    public required IReadOnlyList<string> Arms { get; init; }

    public IReadOnlyList<Goal> Goals { get; init; } = [];

    /// <summary>What is drawn of it.</summary>
    public Picture Picture { get; init; }

    /// <summary>What one service serves a second while nothing is wrong with it.</summary>
    [JsonIgnore]
    public double Capacity => Slots / Service.Mean;

    [JsonIgnore]
    public double Duration => Phases.Sum(phase => phase.Duration);

    /// <summary>How many requests of a stream come a second in a phase.</summary>
    public double Rate(TriageStream stream, int phase)
    {
        double factor = stream.Factors is { } factors ? factors[phase] : 1;
        return factor * (stream.Rate ?? stream.Load * Load * Phases[phase].Load * Capacity);
    }

    /// <summary>What all streams ask of a service in a phase, as a share of its capacity: of the busiest, if there are several.</summary>
    public double Offered(int phase) => Enumerable.Range(0, Services).Max(service => Streams
        .Where(stream => service >= stream.FirstService && service < stream.FirstService + stream.ServiceCount)
        .Sum(stream => Rate(stream, phase) * (stream.Service ?? Service).Mean / (Slots / Phases[phase].ServiceFactor)));

    /// <exception cref="FormatException">A value is out of its range; the message names it and what is allowed.</exception>
    public void Check()
    {
        if (Name.Length is 0 or > 80 || Name.Any(letter => !(char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-')))
        {
            throw new FormatException($"name is '{Name}'; allowed are 1 to 80 small letters, digits, dots and dashes.");
        }

        Allowed.Number("slots", Slots, 1, 100_000);
        Allowed.Number("seeds", Seeds, 1, 1000);
        Allowed.Number("services", Services, 1, Plant.MostStages);
        Service.Check("service.");
        Allowed.Number("service.mean", Service.Mean, 1e-6, Distribution.LongestMean, "s");
        Allowed.Number("refusalCost", RefusalCost, 0, 60, "s");
        Allowed.Number("load", Load, 0, 1000);
        Clients.Check("clients.");
        Allowed.Count("phases", Phases.Count, 1, 1000);
        Allowed.Count("streams", Streams.Count, 1, 100);
        Allowed.Count("arms", Arms.Count, 1, 100);
        for (int index = 0; index < Phases.Count; index++)
        {
            Phases[index].Check($"phases[{index}].");
        }

        for (int index = 0; index < Streams.Count; index++)
        {
            Streams[index].Check($"streams[{index}].", this);
        }

        CheckNames();
        for (int index = 0; index < Goals.Count; index++)
        {
            Goals[index].Check($"goals[{index}].", this);
        }
    }

    private void CheckNames()
    {
        if (Streams.GroupBy(stream => stream.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new FormatException($"streams has the name '{twice.Key}' {twice.Count()} times; allowed is once.");
        }

        if (Arms.FirstOrDefault(arm => !TriageArms.All.Any(known => known.Name == arm)) is { } unknown)
        {
            throw new FormatException(
                $"arms has '{unknown}'; allowed are {string.Join(", ", TriageArms.All.Select(arm => arm.Name))}.");
        }
    }
}
