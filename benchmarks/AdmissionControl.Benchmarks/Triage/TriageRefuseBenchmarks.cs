namespace AdmissionControl.Benchmarks.Triage;

/// <summary>What does it cost one thread to be turned away by the threshold of triage, under an overload?</summary>
public class TriageRefuseBenchmarks() : TriageRefusals(threads: 1);
