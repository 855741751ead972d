using AdmissionControl.Timing;
using Microsoft.Extensions.Logging;

namespace AdmissionControl.Leases;

/// <summary>Looks now and then for leases that nobody has completed within the longest time that a request can take, and releases what they hold.</summary>
/// <remarks>A lease that is completed at the same moment is released once, by whoever is first. Logs the first find only. Thread-safe.</remarks>
internal sealed partial class LostLeases : IDisposable
{
    // A lease is found at an age of at most a quarter more than the longest.
    private const int LooksPerAge = 4;
    private const long NanosecondsPerTick = 100;

    private readonly AdmissionController _controller;
    private readonly AdmissionClock _clock;
    private readonly TimeSpan _maxAge;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private long _count;

    public LostLeases(AdmissionController controller, AdmissionClock clock, TimeProvider timeProvider, TimeSpan maxAge, ILogger logger)
    {
        _controller = controller;
        _clock = clock;
        _maxAge = maxAge;
        _logger = logger;
        using AsyncFlowControl flow = ExecutionContext.SuppressFlow();
        _timer = timeProvider.CreateTimer(static state => ((LostLeases)state!).Reclaim(), this, maxAge / LooksPerAge, maxAge / LooksPerAge);
    }

    /// <summary>Leases that were found lost.</summary>
    public long Count => Volatile.Read(ref _count);

    public void Dispose() => _timer.Dispose();

    private void Reclaim()
    {
        long now = _clock.Precise;
        foreach ((LeaseSlot slot, long version) in LeaseRegistry.OlderThan(_controller, now, _maxAge.Ticks * NanosecondsPerTick))
        {
            if (slot.Complete(version, AdmissionOutcome.Ignored, TimeSpan.Zero) && Interlocked.Increment(ref _count) == 1)
            {
                LogLost(_logger, _controller.Name, _maxAge);
            }
        }
    }

    [LoggerMessage(
        EventId = 3,
        EventName = "LeaseLost",
        Level = LogLevel.Warning,
        Message = "Admission policy '{Policy}': a lease was not completed within {MaxLeaseAge}. What it held was released; a late completion is ignored. Some code path admits a request and neither completes nor disposes its lease. Further leases are reclaimed without a message.")]
    private static partial void LogLost(ILogger logger, string policy, TimeSpan maxLeaseAge);
}
