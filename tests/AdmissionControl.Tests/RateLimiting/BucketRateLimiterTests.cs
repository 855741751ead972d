using AdmissionControl.Tests.RateLimiting.Contract;
using AdmissionControl.TokenBuckets;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.RateLimiting;

public sealed class BucketRateLimiterTests : RateLimiterContract
{
    private readonly FakeTimeProvider _time = new();

    protected override Subject Create(Shape shape) => new DrivenSubject(
        new TokenBucket(shape.PermitsPerSecond, shape.Permits, _time).AsRateLimiter(shape.QueueLimit, shape.Order), shape, _time);
}
