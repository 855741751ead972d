namespace AdmissionControl.Benchmarks.Overload;

/// <summary>A request that is to be sent, whatever has become of those before it.</summary>
/// <param name="At">When, from the beginning of the plan.</param>
/// <param name="Step">The index of its step in the plan.</param>
/// <param name="IsMeasured">False while the step settles.</param>
internal readonly record struct Arrival(TimeSpan At, int Step, bool IsMeasured);
