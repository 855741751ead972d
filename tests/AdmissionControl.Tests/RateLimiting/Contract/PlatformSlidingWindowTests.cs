using System.Threading.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting.Contract;

public sealed class PlatformSlidingWindowTests : PlatformLimiterContract
{
    private const int Segments = 2;

    protected override IEnumerable<KeyValuePair<string, string>> KnownFailures =>
    [
        .. base.KnownFailures,
        .. Because(
            "A time to come back is declared and never given (dotnet/aspnetcore issue 52411).",
            nameof(RetryAfter_OfAFailedLease_IsThereAndNeverTooShort),
            nameof(Lease_Failed_HasAValueForEveryNameThatItDeclares)),
    ];

    protected override Subject Create(Shape shape) => new SlidingSubject(
        new SlidingWindowRateLimiter(new SlidingWindowRateLimiterOptions
        {
            PermitLimit = shape.Permits,
            Window = shape.TimeOf(shape.Permits),
            SegmentsPerWindow = Segments,
            AutoReplenishment = false,
            QueueLimit = shape.QueueLimit,
            QueueProcessingOrder = shape.Order,
        }),
        shape);

    /// <summary>A call moves on by one segment at most, however much time has passed.</summary>
    private sealed class SlidingSubject(RateLimiter limiter, Shape shape) : Subject(limiter, shape)
    {
        public override void GiveBack(params RateLimitLease[] leases)
        {
            for (int i = 0; i < Segments; i++)
            {
                Pass(Shape.TimeOf(Shape.Permits));
                Replenish();
            }
        }
    }
}
