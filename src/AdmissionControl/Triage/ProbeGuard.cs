using AdmissionControl.Timing;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Triage;

/// <summary>Keeps the probes' bypass from being abused: a few at a time and a bounded number a second pass; the rest are ordinary requests.</summary>
/// <remarks>The count never exceeds <see cref="MaxInFlight"/>: who raises it above takes it back at once. Thread-safe, lock-free.</remarks>
internal sealed class ProbeGuard(AdmissionClock clock)
{
    /// <summary>Probes at the same time. A load balancer, an orchestrator and a monitor together stay far below it.</summary>
    public const int MaxInFlight = 8;

    /// <summary>Probes a second, and in one burst.</summary>
    public const int PerSecond = 50;

    private readonly TokenBucket _bucket = new(PerSecond, PerSecond, clock);
    private int _inFlight;

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inFlight) <= MaxInFlight && _bucket.TryTake())
        {
            return true;
        }

        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    public void Exit() => Interlocked.Decrement(ref _inFlight);
}
