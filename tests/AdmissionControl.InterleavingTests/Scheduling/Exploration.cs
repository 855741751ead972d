namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>What came out of running a scenario under many schedules.</summary>
/// <param name="Schedules">How many were run.</param>
/// <param name="Extent">Which they were.</param>
/// <param name="Finding">The violation and the schedule that shows it, step by step; null when every schedule was right.</param>
internal sealed record Exploration(int Schedules, Extent Extent, string? Finding);
