using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests;

public class AdmissionStatisticsTests
{
    private readonly AdmissionStatistics _statistics = Policy.Build(new FakeTimeProvider(), p => p.FixedConcurrency(1)).GetStatistics();

    [Theory]
    [InlineData(5)]
    [InlineData(255)]
    public void Counts_NoSuchPriority_Throw(byte value)
    {
        var priority = (RequestPriority)value;

        Assert.Throws<ArgumentOutOfRangeException>("priority", () => _statistics.Admitted(priority));
        Assert.Throws<ArgumentOutOfRangeException>("priority", () => _statistics.Rejected(priority));
        Assert.Throws<ArgumentOutOfRangeException>("priority", () => _statistics.Rejected(priority, RejectionReason.Rate));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(255)]
    public void Rejected_NoSuchReason_Throws(byte value) =>
        Assert.Throws<ArgumentOutOfRangeException>("reason", () => _statistics.Rejected(RequestPriority.Critical, (RejectionReason)value));

    [Fact]
    public void Counts_EveryPriorityAndReasonThereIs_AreReadable()
    {
        foreach (RequestPriority priority in Enum.GetValues<RequestPriority>())
        {
            Assert.All(Enum.GetValues<RejectionReason>(), reason => Assert.Equal(0, _statistics.Rejected(priority, reason)));
        }
    }
}
