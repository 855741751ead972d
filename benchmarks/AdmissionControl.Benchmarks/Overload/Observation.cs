namespace AdmissionControl.Benchmarks.Overload;

/// <summary>What was known at one moment.</summary>
/// <param name="Timestamp">The moment, of the parent's clock.</param>
/// <param name="Server">What the server said.</param>
/// <param name="GeneratorCpu">The processor time of the load generator's process so far.</param>
/// <param name="Machine">That of everything; null where the system does not tell.</param>
internal readonly record struct Observation(long Timestamp, ServerSample Server, TimeSpan GeneratorCpu, MachineCpu? Machine);
