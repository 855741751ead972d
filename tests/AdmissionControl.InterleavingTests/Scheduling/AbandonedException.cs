namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>Unwinds a thread whose schedule ends early.</summary>
internal sealed class AbandonedException : Exception;
