using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Xunit;

namespace AdmissionControl.Tests;

public class AdmissionRequestTests
{
    [Fact]
    public void Size_IsThirtyTwoBytes() => Assert.Equal(32, Unsafe.SizeOf<AdmissionRequest>());

    [Fact]
    public void Default_IsAnOrdinaryRequest()
    {
        AdmissionRequest request = default;
        Assert.Equal((RequestPriority.Normal, 1, null, 0L), (request.Priority, request.Cost, request.Cohort, request.DeadlineTimestamp));
        Assert.True(request.Partition.IsNone);
        Assert.False(request.IsExempt || request.HoldsNoPermit || request.IsAnonymous);
    }

    [Property]
    public void With_AnyOfItsMembers_ChangesThatOneAlone(RequestPriority priority, PositiveInt cost, byte cohort, long partition, long deadline, bool isExempt, bool holdsNoPermit, bool isAnonymous)
    {
        var request = new AdmissionRequest(priority)
        {
            IsAnonymous = !isAnonymous,
            IsExempt = isExempt,
            HoldsNoPermit = holdsNoPermit,
            DeadlineTimestamp = deadline,
            Partition = PartitionKey.From(partition),
            Cohort = (byte)(cohort % AdmissionRequest.CohortCount),
            Cost = cost.Get,
        };
        request = request with { IsAnonymous = isAnonymous };

        Assert.Equal((priority, cost.Get, (byte?)(cohort % AdmissionRequest.CohortCount)), (request.Priority, request.Cost, request.Cohort));
        Assert.Equal((PartitionKey.From(partition), deadline), (request.Partition, request.DeadlineTimestamp));
        Assert.Equal((isExempt, holdsNoPermit, isAnonymous), (request.IsExempt, request.HoldsNoPermit, request.IsAnonymous));
        Assert.NotEqual(request, request with { IsExempt = !isExempt });
    }

    [Fact]
    public void WithDeadline_Infinite_IsNone() =>
        Assert.Equal(0, new AdmissionRequest().WithDeadline(TimeSpan.FromSeconds(1)).WithDeadline(Timeout.InfiniteTimeSpan).DeadlineTimestamp);
}
