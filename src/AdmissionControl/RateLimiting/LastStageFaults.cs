using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AdmissionControl.RateLimiting;

/// <summary>Tells the log of a controller, once, that the limiter at the end of its policy throws. Thread-safe.</summary>
internal sealed partial class LastStageFaults(string policy, ILogger? logger)
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
        EventId = 4,
        EventName = "LastStageThrew",
        Level = LogLevel.Error,
        Message = "'{Policy}': the RateLimiter at the end of the policy, its partitioner or one of its leases threw. Whoever asks it meanwhile is refused with the reason LastStage; nothing is kept. Further exceptions are survived without a message.")]
    private static partial void LogFault(ILogger logger, Exception exception, string policy);
}
