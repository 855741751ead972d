namespace Storefront.Wire;

/// <summary>From SOP: its state now; the counts are since its start.</summary>
internal sealed record SopFigures(
    int InSystem, long Arrived, long Served, long Refused, bool Dark, int Outages, double DarkSeconds) : Line;
