namespace AdmissionControl.Simulation.Mutating;

/// <summary>What the check made of a mutation.</summary>
/// <param name="Mutation">The mutation.</param>
/// <param name="IsCaught">Whether the check failed.</param>
/// <param name="How">Which form of it, and what it said last.</param>
internal sealed record MutationResult(Mutation Mutation, bool IsCaught, string How);
