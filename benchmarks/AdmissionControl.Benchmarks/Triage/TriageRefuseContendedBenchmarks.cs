namespace AdmissionControl.Benchmarks.Triage;

/// <summary>What does it cost to be turned away by the threshold of triage when every core is at it at the same time, as under an overload it is?</summary>
public class TriageRefuseContendedBenchmarks() : TriageRefusals(Environment.ProcessorCount);
