using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Triage;

public class PrioritySharesTests
{
    [Fact]
    public void AllowedAndReserve_AnyWholePercentage_CountAsPeopleDo()
    {
        for (int percent = 1; percent <= 100; percent++)
        {
            var shares = new PriorityShares(1, 1, 1, 1, percent / 100.0);
            for (int count = 1; count <= 2000; count++)
            {
                Assert.Equal(Math.Max(1, percent * count / 100), shares.Allowed(RequestPriority.Bulk, count));
                Assert.Equal((100 - percent) * count / 100, shares.Reserve(RequestPriority.Bulk, count));
            }
        }
    }

    [Fact]
    public void AllowedAndReserve_WholeShare_AreExactAtAnySize()
    {
        var shares = new PriorityShares(1, 1, 1, 1, 0.5);
        Assert.Equal(int.MaxValue, shares.Allowed(RequestPriority.Critical, int.MaxValue));
        Assert.Equal(0, shares.Reserve(RequestPriority.Critical, int.MaxValue));
        Assert.Equal(int.MaxValue / 2, shares.Allowed(RequestPriority.Bulk, int.MaxValue));
        Assert.Equal(int.MaxValue / 2, shares.Reserve(RequestPriority.Bulk, int.MaxValue));
    }
}
