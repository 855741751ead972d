namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>Something that must hold does not.</summary>
internal sealed class ViolationException(string message) : Exception(message);
