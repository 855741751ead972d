using AdmissionControl.Concurrency;
using AdmissionControl.Tests.RateLimiting.Contract;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.RateLimiting;

public sealed class GateRateLimiterTests : RateLimiterContract
{
    private readonly FakeTimeProvider _time = new();

    protected override IEnumerable<KeyValuePair<string, string>> KnownFailures =>
    [
        .. Because("No completion can be foretold.", nameof(RetryAfter_OfAFailedLease_IsThereAndNeverTooShort)),
    ];

    protected override Subject Create(Shape shape) => new DrivenConcurrencySubject(
        new ConcurrencyGate(shape.Permits).AsRateLimiter(shape.QueueLimit, shape.Order, _time), shape, _time)
    {
        MoreThanEver = AdmissionRequest.MaxCost + 1,
    };
}
