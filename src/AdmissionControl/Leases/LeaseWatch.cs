using AdmissionControl.Timing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AdmissionControl.Leases;

/// <summary>
/// Knows how old the leases of a gate and its bulkheads are, and may reclaim one that nobody completes: a lease that is lost keeps its
/// permit for ever. A controller has one of its own.
/// </summary>
/// <remarks>
/// The watch costs a leased request one reading of the coarse clock. Ages are by that clock, so they are good to one of its ticks, 34 ms on
/// Windows and 22 ms elsewhere. A lease that is completed at the moment of its reclaim is released once, by whoever is first. Thread-safe.
/// </remarks>
public sealed partial class LeaseWatch : IDisposable
{
    internal static readonly TimeSpan ShortestMaxAge = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan LongestMaxAge = TimeSpan.FromDays(30);

    // A lease is found at an age of at most a quarter more than the longest, even one whose age counts from the first look.
    private const int LooksPerAge = 8;
    private const long NanosecondsPerTick = 100;

    private readonly string _name;
    private readonly AdmissionClock _clock;
    private readonly TimeSpan _maxAge;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;
    private readonly Lock _lock = new();
    private ILeaseOwner[] _owners = [];
    private long _lost;

    /// <summary>A watch for the gates that are made with it.</summary>
    /// <param name="name">What is watched, for the message about a lost lease.</param>
    /// <param name="maxLeaseAge">
    /// From 1 second to 30 days: a lease that was not completed within this time, or at most a quarter more, is ended as
    /// <see cref="AdmissionOutcome.Ignored"/>, and its own completion has no effect any more. Choose it well above the slowest request.
    /// Null, the default, reclaims nothing.
    /// </param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <param name="logger">Told once, about the first lease that is lost; nobody when null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxLeaseAge"/> is out of its range.</exception>
    public LeaseWatch(string name, TimeSpan? maxLeaseAge = null, TimeProvider? timeProvider = null, ILogger<LeaseWatch>? logger = null)
        : this(name, Checked(maxLeaseAge), AdmissionClock.For(timeProvider), timeProvider ?? TimeProvider.System, logger)
    {
    }

    internal LeaseWatch(string name, TimeSpan? maxLeaseAge, AdmissionClock clock, TimeProvider timeProvider, ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(name);
        _name = name;
        _clock = clock;
        _logger = logger ?? NullLogger.Instance;
        if (maxLeaseAge is { } age)
        {
            _maxAge = age;
            using AsyncFlowControl flow = ExecutionContext.SuppressFlow();
            _timer = timeProvider.CreateTimer(static state => ((LeaseWatch)state!).Reclaim(), this, age / LooksPerAge, age / LooksPerAge);
        }
    }

    /// <summary>Leases that nobody had completed within the longest age and that were reclaimed.</summary>
    public long LostLeases => Volatile.Read(ref _lost);

    /// <summary>The moment for a lease that is given now.</summary>
    internal long Now => _clock.Coarse;

    /// <summary>
    /// How long the oldest lease has been out; zero when none is. An age far above the slowest request means that some code path neither
    /// completes nor disposes its lease. It looks at every lease of the process: for a gauge, not for the way of a request.
    /// </summary>
    public TimeSpan GetOldestLeaseAge()
    {
        long now = _clock.Precise;
        long oldest = now;
        foreach (ILeaseOwner owner in Volatile.Read(ref _owners))
        {
            oldest = Math.Min(oldest, LeaseRegistry.Oldest(owner, now) ?? now);
        }

        return TimeSpan.FromTicks((now - oldest) / NanosecondsPerTick);
    }

    /// <summary>Reclaims nothing from now on. Leases that are out complete as ever.</summary>
    public void Dispose() => _timer?.Dispose();

    /// <summary>Watches the leases of one more owner, who sets the time of each.</summary>
    internal void Follow(ILeaseOwner owner)
    {
        lock (_lock)
        {
            Volatile.Write(ref _owners, [.. _owners, owner]);
        }
    }

    private static TimeSpan? Checked(TimeSpan? maxLeaseAge) => maxLeaseAge is { } age && (age < ShortestMaxAge || age > LongestMaxAge)
        ? throw new ArgumentOutOfRangeException(
            nameof(maxLeaseAge), age, $"The longest age of a lease must be from {ShortestMaxAge} to {LongestMaxAge}, or null.")
        : maxLeaseAge;

    private void Reclaim()
    {
        long now = _clock.Precise;
        foreach (ILeaseOwner owner in Volatile.Read(ref _owners))
        {
            foreach ((LeaseSlot slot, long version) in LeaseRegistry.OlderThan(owner, now, _maxAge.Ticks * NanosecondsPerTick))
            {
                if (slot.Complete(version, AdmissionOutcome.Ignored, TimeSpan.Zero) && Interlocked.Increment(ref _lost) == 1)
                {
                    LogLost(_logger, _name, _maxAge);
                }
            }
        }
    }

    [LoggerMessage(
        EventId = 3,
        EventName = "LeaseLost",
        Level = LogLevel.Warning,
        Message = "'{Name}': a lease was not completed within {MaxLeaseAge}. What it held was released; a late completion is ignored. Some code path takes a lease and neither completes nor disposes it. Further leases are reclaimed without a message.")]
    private static partial void LogLost(ILogger logger, string name, TimeSpan maxLeaseAge);
}
