using AdmissionControl.Hosting;

namespace AdmissionControl.Tests.Hosting;

public class PoolActivityTests
{
    /// <summary>Looks one after another: completed so far, waiting, and whether that is an idle pool.</summary>
    [Theory]
    [InlineData(0, 0, true, 0, 0, true)]
    [InlineData(1, 0, true, 2, 0, true)]
    [InlineData(5, 0, false, 6, 0, true)]
    [InlineData(5, 0, false, 7, 0, false)]
    [InlineData(0, 0, true, 0, 1, false)]
    [InlineData(5, 3, false, 5, 0, true)]
    public void IsIdle_TwoLooks_MeansNothingWaitsAndOneCompletedAtMost(
        long completed, long pending, bool isIdle, long laterCompleted, long laterPending, bool isIdleLater)
    {
        (long, long) counts = (completed, pending);
        var activity = new PoolActivity(() => counts);
        Assert.Equal(isIdle, activity.IsIdle());
        counts = (laterCompleted, laterPending);
        Assert.Equal(isIdleLater, activity.IsIdle());
    }

    /// <summary>The process's own pool: completed items make it busy.</summary>
    [Fact]
    public void IsIdle_RealPoolThatHasWorked_IsFalse()
    {
        const int Items = 100;
        var activity = new PoolActivity();
        activity.IsIdle();
        using var done = new CountdownEvent(Items);
        for (int i = 0; i < Items; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static d => d.Signal(), done, preferLocal: false);
        }

        // All are counted by now, but for the last of each thread.
        Assert.True(done.Wait(TimeSpan.FromMinutes(1)));
        Assert.False(activity.IsIdle());
    }

    [Fact]
    public void IsIdle_RealPool_AllocatesNothing()
    {
        const int Times = 1_000;
        var activity = new PoolActivity();
        activity.IsIdle();
        long bytes = Allocated.In(() =>
        {
            for (int i = 0; i < Times; i++)
            {
                activity.IsIdle();
            }
        });

        Assert.InRange(bytes, 0, Times - 1);
    }
}
