namespace AdmissionControl.Simulation.Commands;

/// <summary>The command line asks for something impossible; the message names the option, the value and what is allowed.</summary>
internal sealed class UsageException(string message) : Exception(message);
