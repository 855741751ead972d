using System.Threading.RateLimiting;

namespace AdmissionControl.Tests.RateLimiting.Contract;

public sealed class PlatformFixedWindowTests : PlatformLimiterContract
{
    protected override Subject Create(Shape shape) => new(
        new FixedWindowRateLimiter(new FixedWindowRateLimiterOptions
        {
            PermitLimit = shape.Permits,
            Window = shape.TimeOf(shape.Permits),
            AutoReplenishment = false,
            QueueLimit = shape.QueueLimit,
            QueueProcessingOrder = shape.Order,
        }),
        shape);
}
