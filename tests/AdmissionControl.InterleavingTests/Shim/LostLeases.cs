using AdmissionControl.Timing;
using Microsoft.Extensions.Logging;

namespace AdmissionControl.Leases;

/// <summary>In place of the shipped type, whose log messages are generated: looks for nothing.</summary>
internal sealed class LostLeases : IDisposable
{
    public LostLeases(AdmissionController controller, AdmissionClock clock, TimeProvider timeProvider, TimeSpan maxAge, ILogger logger)
    {
        _ = (controller, clock, timeProvider, maxAge, logger);
    }

    public long Count { get; }

    public void Dispose()
    {
    }
}
