using Microsoft.Extensions.Logging;

namespace AdmissionControl.Telemetry;

/// <summary>In place of the shipped type, whose log messages are generated: tells nobody, and hides no failure of ours.</summary>
internal sealed class PolicyFaults
{
    private int _reported;

    public PolicyFaults(string policy, ILogger? logger) => _ = (policy, logger);

    public void ReportLastStage(Exception exception) => _reported += exception is null ? 0 : 1;

    public void ReportDecision(Exception exception) => throw new InvalidOperationException($"A decision failed, after {_reported} faults of the last stage.", exception);
}
