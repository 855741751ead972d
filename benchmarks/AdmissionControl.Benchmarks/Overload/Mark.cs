namespace AdmissionControl.Benchmarks.Overload;

/// <summary>What was promised of one arm, and what was measured.</summary>
internal sealed record Mark(string Promise, string Measured, bool IsMet);
