using System.Threading.RateLimiting;
using AdmissionControl.Tests.RateLimiting.Contract;
using AdmissionControl.TokenBuckets;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.RateLimiting;

/// <summary>The contract over a controller whose policy has a rate and no limit of concurrency.</summary>
public sealed class ControllerOfARateTests : RateLimiterContract
{
    private readonly FakeTimeProvider _time = new();

    protected override IEnumerable<KeyValuePair<string, string>> KnownFailures =>
    [
        .. Because(
            "Order and bounds of the queue are the policy's.",
            nameof(NewestFirst_PermitsComeBack_ServesTheNewest),
            nameof(NewestFirst_SomebodyWaits_ANewcomerTakesWhatIsThere),
            nameof(NewestFirst_QueueFull_FailsTheOldestAndNoMore),
            nameof(NewestFirst_MoreThanTheQueueHolds_FailsAndDisplacesNobody),
            nameof(QueueLimit_CountsPermits_NotThoseWhoWait)),
    ];

    protected override Subject Create(Shape shape)
    {
        Assert.True(shape.Order == QueueProcessingOrder.OldestFirst, "The order is the policy's.");
        AdmissionController controller = Policy.Build(_time, p =>
        {
            p.Rate(new Rate(shape.PermitsPerSecond, TimeSpan.FromSeconds(1)).ToString(), shape.Permits);
            if (shape.QueueLimit > 0)
            {
                p.Queue(TimeSpan.FromHours(1), shape.QueueLimit);
            }
        });
        return new DrivenSubject(controller.AsRateLimiter(), shape, _time);
    }
}
