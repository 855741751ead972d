namespace AdmissionControl.Simulation.Engine;

/// <summary>Something that happens at a moment. Events of one moment happen in the order in which they were pushed.</summary>
internal readonly record struct Event(long Time, long Order, EventKind Kind, object? Subject, int Version);
