namespace Storefront.Wire;

/// <summary>How well the crowd kept its own schedule: send time less intended time, and gaps in its scheduling loop.</summary>
internal sealed record GeneratorFigures(
    double LatenessP50Ms, double LatenessP99Ms, double LatenessMaxMs, long Stalls, double WorstStallMs);
