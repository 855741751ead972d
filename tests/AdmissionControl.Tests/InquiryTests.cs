using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests;

/// <summary>Asking a controller what would refuse a request.</summary>
public sealed class InquiryTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Inquire_AnyStage_NamesTheFirstThatWouldRefuseAndTakesNothing()
    {
        using AdmissionController controller = Policy.Build(
            _time, p => p.RatePerPartition("1/s", burst: 2).Rate("10/s", burst: 3).FixedConcurrency(4).ShareByPriority());
        AdmissionRequest client = new(RequestPriority.Critical) { Partition = PartitionKey.From("client") };
        Assert.Equal(RejectionReason.None, controller.Inquire(client, out _));
        controller.TryAdmit(client);
        controller.TryAdmit(client);
        Assert.Equal(RejectionReason.PartitionRate, controller.Inquire(client, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(1), retryAfter);

        AdmissionRequest critical = new(RequestPriority.Critical);
        Assert.Equal(RejectionReason.Shed, controller.Inquire(new AdmissionRequest(RequestPriority.Bulk), out _));
        Assert.Equal(RejectionReason.None, controller.Inquire(critical, out _));
        controller.TryAdmit(critical);
        Assert.Equal(RejectionReason.Rate, controller.Inquire(critical, out retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(0.1), retryAfter);

        _time.Advance(TimeSpan.FromSeconds(9));
        controller.TryAdmit(critical);
        Assert.Equal(RejectionReason.ConcurrencyLimit, controller.Inquire(critical, out _));
        AdmissionStatistics statistics = controller.GetStatistics();
        Assert.Equal((4, 2, 4L, 0L), (statistics.InFlight, statistics.AvailablePermits, statistics.TotalAdmitted, statistics.TotalRejected));
    }
}
