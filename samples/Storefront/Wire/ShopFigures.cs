namespace Storefront.Wire;

/// <summary>From the shop: its state now.</summary>
/// <param name="BackendInUse">Backend connections in use.</param>
/// <param name="BackendWaiting">Requests that wait for a backend connection.</param>
/// <param name="InFlight">Requests anywhere in the shop, refusals and pings included.</param>
/// <param name="GcPauseMs">Time in garbage collection since the start.</param>
/// <param name="WorstStallMs">Longest delay of the shop's own timer beyond its period since the last figures.</param>
/// <param name="Admission">What the policy "shop" says; null without control.</param>
internal sealed record ShopFigures(
    int BackendInUse, int BackendWaiting, int InFlight, double GcPauseMs, double WorstStallMs, AdmissionFigures? Admission) : Line;

/// <summary>A policy's state now; refusals are since the start, by the name of the priority.</summary>
internal sealed record AdmissionFigures(int Limit, int InFlight, IReadOnlyDictionary<string, long> RefusedByPriority);
