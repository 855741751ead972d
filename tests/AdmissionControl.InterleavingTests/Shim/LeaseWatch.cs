using AdmissionControl.Timing;
using Microsoft.Extensions.Logging;

namespace AdmissionControl.Leases;

/// <summary>In place of the shipped type, whose log messages are generated: looks for nothing.</summary>
public sealed class LeaseWatch : IDisposable
{
    internal static readonly TimeSpan ShortestMaxAge = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan LongestMaxAge = TimeSpan.FromDays(30);

    private readonly AdmissionClock _clock;

    internal LeaseWatch(string name, TimeSpan? maxLeaseAge, AdmissionClock clock, TimeProvider timeProvider, ILogger? logger)
    {
        _ = (name, maxLeaseAge, timeProvider, logger);
        _clock = clock;
    }

    public long LostLeases { get; }

    internal long Now => _clock.Coarse;

    public TimeSpan GetOldestLeaseAge() => TimeSpan.FromTicks(LostLeases);

    public void Dispose()
    {
    }

    internal void Follow(ILeaseOwner owner) => _ = (owner, _clock);
}
