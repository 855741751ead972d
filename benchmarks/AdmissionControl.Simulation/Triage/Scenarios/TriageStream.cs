using AdmissionControl.Simulation.Plants;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Triage.Scenarios;

/// <summary>Requests of one kind: how important, how many, from whom, and where to.</summary>
internal sealed record TriageStream
{
    /// <summary>What reports and goals call it.</summary>
    public required string Name { get; init; }

    public RequestPriority Priority { get; init; } = RequestPriority.Normal;

    /// <summary>Arrivals as a share of what one service can serve.</summary>
    public double Load { get; init; }

    /// <summary>Arrivals a second, instead of <see cref="Load"/>.</summary>
    public double? Rate { get; init; }

    /// <summary>Arrivals times this, phase by phase: 0 before an attack begins. 1 each when absent.</summary>
    public IReadOnlyList<double>? Factors { get; init; }

    /// <summary>How many clients it comes from, evenly; 0 when nobody knows who asks.</summary>
    public int Clients { get; init; }

    /// <summary>The clients' common name: streams with the same one have the same clients. The stream's name when absent.</summary>
    public string? Population { get; init; }

    /// <summary>How many networks the clients come from; 0 when that is not known.</summary>
    public int Groups { get; init; }

    /// <summary>Whether the clients have not proven who they are.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>Whether these are probes.</summary>
    public bool IsExempt { get; init; }

    /// <summary>How long each service works on one; the scenario's when absent.</summary>
    public Distribution? Service { get; init; }

    /// <summary>How long its clients wait, seconds; the scenario's when absent.</summary>
    public double? Deadline { get; init; }

    /// <summary>The first service that it goes to, counted from 0.</summary>
    public int FirstService { get; init; }

    /// <summary>How many services it goes through, one after the other.</summary>
    public int ServiceCount { get; init; } = 1;

    public void Check(string where, TriageScenario scenario)
    {
        if (Name.Length == 0 || Name == All)
        {
            throw new FormatException($"{where}name is '{Name}'; allowed is any other than none and '{All}', which stands for all streams together.");
        }

        Allowed.Number(where + "load", Load, 0, 1000);
        Allowed.Number(where + "rate", Rate, 0, 10_000_000, "/s");
        Allowed.Number(where + "clients", Clients, 0, 10_000_000);
        Allowed.Number(where + "groups", Groups, 0, Math.Max(0, Clients));
        Service?.Check(where + "service.");
        Allowed.Number(where + "deadline", Deadline, 0.001, 3600, "s");
        Allowed.Number(where + "firstService", FirstService, 0, scenario.Services - 1);
        Allowed.Number(where + "serviceCount", ServiceCount, 1, scenario.Services - FirstService);
        if (Rate is not null && Load != 0)
        {
            throw new FormatException($"{where}rate is {Allowed.Text(Rate.Value)}/s beside load {Allowed.Text(Load)}; allowed is either of the two.");
        }

        if (Factors is { } factors)
        {
            Allowed.Count(where + "factors", factors.Count, scenario.Phases.Count, scenario.Phases.Count);
            for (int index = 0; index < factors.Count; index++)
            {
                Allowed.Number($"{where}factors[{index}]", factors[index], 0, 1000);
            }
        }
    }

    /// <summary>What stands for all streams together.</summary>
    internal const string All = "all";
}
