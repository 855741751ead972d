using System.Threading.RateLimiting;
using AdmissionControl.Tests.Triage;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.RateLimiting;

/// <summary>A limiter over a controller whose triage turns Bulk away.</summary>
public sealed class ControllerInOverloadTests
{
    /// <summary>Nobody is turned away who wants nothing: an inquiry is no part of the overload, and is not counted as one.</summary>
    /// <param name="permits">What is asked for.</param>
    /// <param name="expected">How many are turned away for it.</param>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 5)]
    public void AcquireAsync_AtTheDoor_OnlyThoseWhoWantPermitsAreTurnedAway(int permits, int expected)
    {
        var time = new FakeTimeProvider();
        using AdmissionController controller = Policy.Build(time, p => p.FixedConcurrency(10).ShedByPriority());
        using RateLimiter limiter = controller.AsRateLimiter(RequestPriority.Bulk);
        int asked = 0;
        new Plant(controller, time).Run(2000, 3, () => new AdmissionRequest((RequestPriority)(asked++ % 5)));
        long before = Shed();

        for (int i = 0; i < 5; i++)
        {
            limiter.AcquireAsync(permits);
        }

        Assert.Equal(expected, Shed() - before);

        long Shed() => controller.GetStatistics().Rejected(RequestPriority.Bulk, RejectionReason.Shed);
    }
}
