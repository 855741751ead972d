using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AdmissionControl.Telemetry;

/// <summary>Tells the log of a policy what went wrong on the way of a request, each kind once: such a fault mostly comes with every request. Thread-safe.</summary>
internal sealed partial class PolicyFaults(string policy, ILogger? logger)
{
    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private int _isLastStageReported;
    private int _isDecisionReported;

    /// <summary>The limiter at the end of the policy threw.</summary>
    public void ReportLastStage(Exception exception)
    {
        if (Interlocked.Exchange(ref _isLastStageReported, 1) == 0)
        {
            LogLastStage(_logger, exception, policy);
        }
    }

    /// <summary>Something of ours failed on the way of a request, and was done without.</summary>
    public void ReportDecision(Exception exception)
    {
        if (Interlocked.Exchange(ref _isDecisionReported, 1) == 0)
        {
            LogDecision(_logger, exception, policy);
        }
    }

    [LoggerMessage(
        EventId = 4,
        EventName = "LastStageThrew",
        Level = LogLevel.Error,
        Message = "'{Policy}': the RateLimiter at the end of the policy, its partitioner or one of its leases threw. Whoever asks it meanwhile is refused with the reason LastStage; nothing is kept. Further exceptions are survived without a message.")]
    private static partial void LogLastStage(ILogger logger, Exception exception, string policy);

    [LoggerMessage(
        EventId = 5,
        EventName = "DecisionFailed",
        Level = LogLevel.Error,
        Message = "'{Policy}': a decision failed. Whoever asked, or waited, was let through without limit, and so is everybody for whom it fails again, without a message.")]
    private static partial void LogDecision(ILogger logger, Exception exception, string policy);
}
