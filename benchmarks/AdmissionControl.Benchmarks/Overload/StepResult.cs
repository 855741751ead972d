namespace AdmissionControl.Benchmarks.Overload;

/// <summary>One step of one arm.</summary>
/// <param name="Load">In multiples of the server's capacity.</param>
/// <param name="Settling">Its first part.</param>
/// <param name="Measured">The rest, which counts.</param>
/// <param name="Host">The server and the machine meanwhile.</param>
internal sealed record StepResult(double Load, LoadFigures Settling, LoadFigures Measured, HostFigures Host);
