using AdmissionControl.Timing;
using AdmissionControl.TokenBuckets;

namespace AdmissionControl.Benchmarks.TokenBuckets.RunnersUp;

/// <summary>
/// The shipped arithmetic with a fetch-and-add that is taken back when it went too far: never retries while the bucket is neither full nor empty. See docs/decisions/0004 for why it is not
/// exact.
/// </summary>
internal sealed class FetchAndAddBucket(double permitsPerSecond, int burst)
{
    private readonly AdmissionClock _clock = AdmissionClock.For(null);
    private readonly TokenTimeline _line = new(permitsPerSecond, burst);

    public bool TryTake()
    {
        long now = _line.ToUnitsOfTime(_clock.Coarse);
        long arrival = Volatile.Read(ref _line.ArrivalTime);

        // A full bucket has to be brought up to now first: an addition cannot.
        while (arrival < now)
        {
            long seen = Interlocked.CompareExchange(ref _line.ArrivalTime, now + _line.PermitUnits, arrival);
            if (seen == arrival)
            {
                return true;
            }

            arrival = seen;
        }

        if (arrival + _line.PermitUnits - now > _line.BurstUnits)
        {
            return false;
        }

        if (Interlocked.Add(ref _line.ArrivalTime, _line.PermitUnits) - now <= _line.BurstUnits)
        {
            return true;
        }

        Interlocked.Add(ref _line.ArrivalTime, -_line.PermitUnits);
        return false;
    }
}
