using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AdmissionControl.Modes;

/// <summary>Tells the log of a controller, once, that a decision failed and the request was let through. Thread-safe.</summary>
internal sealed partial class DecisionFaults(string policy, ILogger? logger)
{
    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private int _isReported;

    public void Report(Exception exception)
    {
        if (Interlocked.Exchange(ref _isReported, 1) == 0)
        {
            LogFault(_logger, exception, policy);
        }
    }

    [LoggerMessage(
        EventId = 5,
        EventName = "DecisionFailed",
        Level = LogLevel.Error,
        Message = "'{Policy}': deciding on a request failed, and it was let through without limit. So are all for which it fails again, without a message.")]
    private static partial void LogFault(ILogger logger, Exception exception, string policy);
}
