using Microsoft.Extensions.Logging;

namespace AdmissionControl.RateLimiting;

/// <summary>In place of the shipped type, whose log message is generated: tells nobody.</summary>
internal sealed class LastStageFaults
{
    private int _reported;

    public LastStageFaults(string policy, ILogger? logger) => _ = (policy, logger);

    public void Report(Exception exception) => _reported += exception is null ? 0 : 1;
}
