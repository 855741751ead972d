namespace Storefront.Wire;

/// <summary>From the crowd: what happened since its last figures, by class.</summary>
internal sealed record CrowdFigures(IReadOnlyList<ClassFigures> Classes, ClassFigures Total, double Seconds) : Line;

/// <summary>From the crowd: a phase begins now.</summary>
internal sealed record PhaseStarted(string Name) : Line;

/// <summary>From the crowd: the best throughput of answers 200 that closed-loop workers reached, and every step on the way.</summary>
internal sealed record CapacityMeasured(double PerSecond, IReadOnlyList<CapacityStep> Steps) : Line;

/// <summary>Throughput with one number of workers.</summary>
internal sealed record CapacityStep(int Workers, double PerSecond);

/// <summary>From the crowd: every phase is over and every customer has an answer or has left.</summary>
internal sealed record PhasesPlayed(IReadOnlyList<PhaseFigures> Phases) : Line;

/// <summary>A phase's figures; customers belong to the phase of their intended send time.</summary>
internal sealed record PhaseFigures(
    Phase Phase, IReadOnlyList<ClassFigures> Classes, ClassFigures Total, GeneratorFigures Generator);
