using System.Threading.RateLimiting;
using AdmissionControl.Policies;
using AdmissionControl.Tests.RateLimiting.Contract;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.RateLimiting;

public sealed class ControllerRateLimiterTests : RateLimiterContract
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
        AdmissionController controller = Policy.Build(_time, p => Queue(p.FixedConcurrency(shape.Permits), shape.QueueLimit));
        return new DrivenConcurrencySubject(controller.AsRateLimiter(), shape, _time);
    }

    private static void Queue(AdmissionPolicyBuilder policy, int maxLength)
    {
        if (maxLength > 0)
        {
            policy.Queue(TimeSpan.FromHours(1), maxLength);
        }
    }
}
