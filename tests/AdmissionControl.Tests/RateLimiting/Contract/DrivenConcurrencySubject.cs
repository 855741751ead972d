using System.Threading.RateLimiting;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.RateLimiting.Contract;

/// <summary>A limiter whose permits come back with their leases, on a clock that the fact moves.</summary>
internal sealed class DrivenConcurrencySubject(RateLimiter limiter, Shape shape, FakeTimeProvider clock) : ConcurrencySubject(limiter, shape)
{
    public override TimeProvider Time => clock;

    public override void Pass(TimeSpan time) => clock.Advance(time);
}
