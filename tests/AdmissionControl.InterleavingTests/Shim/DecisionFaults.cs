using Microsoft.Extensions.Logging;

namespace AdmissionControl.Modes;

/// <summary>In place of the shipped type, whose log message is generated: hides no failure.</summary>
internal sealed class DecisionFaults
{
    private readonly string _policy;

    public DecisionFaults(string policy, ILogger? logger)
    {
        _policy = policy;
        _ = logger;
    }

    public void Report(Exception exception) => throw new InvalidOperationException($"A decision of '{_policy}' failed.", exception);
}
