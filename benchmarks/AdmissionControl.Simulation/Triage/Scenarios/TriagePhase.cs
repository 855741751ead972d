using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Triage.Scenarios;

/// <summary>A stretch of time that is measured by itself. A request belongs to the phase in which it first came.</summary>
internal sealed record TriagePhase
{
    /// <summary>What reports call it.</summary>
    public required string Name { get; init; }

    /// <summary>How long, seconds.</summary>
    public required double Duration { get; init; }

    /// <summary>All loads times this.</summary>
    public double Load { get; init; } = 1;

    /// <summary>Service lasts so many times as long.</summary>
    public double ServiceFactor { get; init; } = 1;

    /// <summary>Whether reports show it; a lead-in need not be.</summary>
    public bool IsMarked { get; init; } = true;

    public void Check(string where)
    {
        Allowed.Number(where + "duration", Duration, 0.001, 1_000_000, "s");
        Allowed.Number(where + "load", Load, 0, 1000);
        Allowed.Number(where + "serviceFactor", ServiceFactor, 0.001, 1000);
    }
}
