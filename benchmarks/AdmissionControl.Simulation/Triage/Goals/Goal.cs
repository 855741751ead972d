using AdmissionControl.Simulation.Scenarios;
using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Triage.Goals;

/// <summary>What the mean over the seeds of a figure must reach: of the arms that must meet it, and not of those that must miss it, because then it would show nothing.</summary>
internal sealed record Goal
{
    public required Measure Measure { get; init; }

    /// <summary>The stream; all together when absent.</summary>
    public string? Stream { get; init; }

    /// <summary>Which phase, from 0.</summary>
    public required int Phase { get; init; }

    /// <summary>A variant of the same file: the figure is then the ratio to that one's, seed by seed.</summary>
    public string? Against { get; init; }

    public double? AtLeast { get; init; }

    public double? AtMost { get; init; }

    /// <summary>The arms that must meet it.</summary>
    public IReadOnlyList<string> MetBy { get; init; } = [TriageArms.Shipped];

    /// <summary>The arms that must miss it.</summary>
    public IReadOnlyList<string> MissedBy { get; init; } = [];

    /// <summary>A figure that does not exist meets nothing.</summary>
    public bool IsMetBy(double figure) => AtLeast is { } least ? figure >= least : figure <= AtMost;

    public void Check(string where, TriageScenario scenario)
    {
        Allowed.Number(where + "phase", Phase, 0, scenario.Phases.Count - 1);
        if ((AtLeast is null) == (AtMost is null))
        {
            throw new FormatException($"{where}atLeast and {where}atMost are {(AtLeast is null ? "absent" : "there")} both; allowed is one of the two.");
        }

        if (Stream is { } stream && !scenario.Streams.Any(known => known.Name == stream))
        {
            throw new FormatException($"{where}stream is '{stream}'; allowed are {string.Join(", ", scenario.Streams.Select(known => known.Name))}.");
        }

        if (Stream is not null && Measure is Measure.LeastSuccess or Measure.Goodput)
        {
            throw new FormatException($"{where}stream is '{Stream}'; allowed is none with a measure of all streams.");
        }

        CheckArms(where + "metBy", MetBy, scenario);
        CheckArms(where + "missedBy", MissedBy, scenario);
        if (MetBy.Intersect(MissedBy).FirstOrDefault() is { } both)
        {
            throw new FormatException($"{where}missedBy has '{both}', which must meet the goal too; allowed is either.");
        }
    }

    private static void CheckArms(string property, IReadOnlyList<string> arms, TriageScenario scenario)
    {
        if (arms.FirstOrDefault(arm => !scenario.Arms.Contains(arm)) is { } unknown)
        {
            throw new FormatException($"{property} has '{unknown}'; allowed are the scenario's arms, {string.Join(", ", scenario.Arms)}.");
        }
    }
}
