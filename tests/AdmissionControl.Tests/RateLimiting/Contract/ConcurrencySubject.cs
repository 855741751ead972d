using System.Threading.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting.Contract;

/// <summary>A limiter whose permits come back with their leases.</summary>
public class ConcurrencySubject(RateLimiter limiter, Shape shape) : Subject(limiter, shape)
{
    public override double PermitsPerSecond => 0;

    public override TimeSpan TimeUntil(int permits) => TimeSpan.Zero;

    public override void GiveBack(params RateLimitLease[] leases) => Array.ForEach(leases, lease => lease.Dispose());
}
