using AdmissionControl.Timing;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Benchmarks.TokenBuckets.RunnersUp;

/// <summary>The shipped arithmetic with a plain compare-and-swap loop: who fails tries again at once. See docs/decisions/0004.</summary>
internal sealed class NoBackoffBucket(double permitsPerSecond, int burst)
{
    private readonly AdmissionClock _clock = AdmissionClock.For(null);
    private readonly TokenTimeline _line = new(permitsPerSecond, burst);

    public bool TryTake()
    {
        long now = _line.ToUnitsOfTime(_clock.Coarse);
        while (true)
        {
            long arrival = Volatile.Read(ref _line.ArrivalTime);
            long next = Math.Max(arrival, now) + _line.PermitUnits;
            if (next - now > _line.BurstUnits)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _line.ArrivalTime, next, arrival) == arrival)
            {
                return true;
            }
        }
    }
}
