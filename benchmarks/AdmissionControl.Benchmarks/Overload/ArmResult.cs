namespace AdmissionControl.Benchmarks.Overload;

/// <summary>All steps of one arm, from the smallest load to the largest.</summary>
internal sealed record ArmResult(Arm Arm, IReadOnlyList<StepResult> Steps);
