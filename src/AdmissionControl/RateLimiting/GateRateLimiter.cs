using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using AdmissionControl.Queueing;
using AdmissionControl.Timing;

namespace AdmissionControl.RateLimiting;

/// <summary>A gate as one of the platform's limiters. See <see cref="ConcurrencyGateExtensions.AsRateLimiter"/>.</summary>
internal sealed class GateRateLimiter : PermitRateLimiter
{
    private const long NanosecondsPerTick = 100;

    private readonly ConcurrencyGate _gate;
    private readonly AdmissionClock _clock;
    private long _lastUse;

    public GateRateLimiter(ConcurrencyGate gate, int queueLimit, QueueProcessingOrder queueProcessingOrder, TimeProvider? timeProvider)
        : base(new GateSource(gate), queueLimit, queueProcessingOrder, timeProvider ?? TimeProvider.System)
    {
        _gate = gate;
        _clock = AdmissionClock.For(timeProvider);
        _lastUse = _clock.Coarse;
    }

    /// <summary>
    /// The gate is asked before the moment is read: a lease leaves its moment before it gives its permits back, so an empty gate never
    /// shows an old one.
    /// </summary>
    public override TimeSpan? IdleDuration => HasWaiters || _gate.InFlight > 0
        ? null
        : TimeSpan.FromTicks(Math.Max(0, _clock.Coarse - Volatile.Read(ref _lastUse)) / NanosecondsPerTick);

    protected override int AvailablePermits => Math.Max(0, _gate.Limit - _gate.InFlight);

    protected override RejectionReason SourceReason => RejectionReason.ConcurrencyLimit;

    protected override void ThrowIfNeverThere(int permitCount)
    {
        if (permitCount > AdmissionRequest.MaxCost)
        {
            throw new ArgumentOutOfRangeException(
                nameof(permitCount), permitCount, $"A gate gives at most {AdmissionRequest.MaxCost} permits at once.");
        }
    }

    protected override RateLimitLease Hold(int permits) => new Lease(this, permits);

    protected override TimeSpan? WhenThere(int permits, TimeSpan retryAfter) => null;

    private void Release(int permits)
    {
        Volatile.Write(ref _lastUse, _clock.Coarse);
        _gate.Release(permits);
    }

    /// <summary>
    /// Permits until it is disposed the first time. One object for each, never used again: whoever kept it cannot release what is somebody
    /// else's by now.
    /// </summary>
    private sealed class Lease(GateRateLimiter limiter, int permits) : AcquiredLease
    {
        private GateRateLimiter? _limiter = limiter;

        protected override void Dispose(bool disposing)
        {
            Interlocked.Exchange(ref _limiter, null)?.Release(permits);
            base.Dispose(disposing);
        }
    }
}
