using System.Threading.RateLimiting;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.RateLimiting.Contract;

/// <summary>A limiter of rates on a clock that the fact moves.</summary>
internal sealed class DrivenSubject(RateLimiter limiter, Shape shape, FakeTimeProvider clock) : Subject(limiter, shape)
{
    public override TimeProvider Time => clock;

    public override void Pass(TimeSpan time) => clock.Advance(time);

    /// <summary>A timer calls after a millisecond at the earliest.</summary>
    public override void GiveBack(params RateLimitLease[] leases)
    {
        Array.ForEach(leases, lease => lease.Dispose());
        Pass(Shape.TimeOf(Shape.Permits) + TimeSpan.FromMilliseconds(1));
    }
}
