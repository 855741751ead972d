namespace Storefront.Wire;

/// <summary>To the crowd: find the shop's capacity, closed loop, with each of these numbers of workers in turn.</summary>
internal sealed record MeasureCapacity(IReadOnlyList<int> Workers, double SecondsEach) : Line;

/// <summary>To the crowd: play these phases back to back, open loop.</summary>
internal sealed record PlayPhases(IReadOnlyList<Phase> Phases) : Line;

/// <summary>To the crowd: the load balancer took the shop out of rotation, or back into it.</summary>
internal sealed record RotationChanged(bool InRotation) : Line;

/// <summary>A stretch of the story with one rate of arrivals (first tries, all classes together).</summary>
internal sealed record Phase(string Name, double PerSecond, double Seconds);
