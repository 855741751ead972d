using AdmissionControl.Hosting;

namespace AdmissionControl.Tests.Hosting;

public class DelayHistoryTests
{
    private readonly DelayHistory _history = new();

    [Fact]
    public void MedianAt_NothingPosted_IsNull() => Assert.Null(_history.MedianAt(At(1_000)));

    /// <summary>A first item that has just been posted says nothing; one that a tick finds waiting does.</summary>
    [Fact]
    public void MedianAt_FirstItemWaits_IsNullUntilTheNextTick()
    {
        Assert.True(_history.TryPost(At(0), isIdle: false));
        Assert.Null(_history.MedianAt(At(49)));
        Assert.False(_history.TryPost(At(50), isIdle: false));
        Assert.Equal(At(50), _history.MedianAt(At(50)));
        Assert.Equal(At(70), _history.MedianAt(At(70)));
    }

    /// <summary>
    /// Two items of 900 ms, each of which stands for 18 ticks: the age of the next does not pull the median down while it is younger.
    /// </summary>
    [Fact]
    public void MedianAt_ItemsThatAllWaitLong_StaysWhileTheNextIsYounger()
    {
        int now = 0;
        for (int item = 0; item < 2; item++)
        {
            now = Wait(now, ticks: 18);
            _history.Ran(At(now));
        }

        _history.TryPost(At(now), isIdle: false);
        for (int age = 50; age < 2_000; age += 50)
        {
            _history.TryPost(At(now + age), isIdle: false);
            Assert.Equal(At(Math.Max(900, age)), _history.MedianAt(At(now + age)));
        }
    }

    /// <summary>The queue is gone: six quick items, 0.3 s, turn the median.</summary>
    [Fact]
    public void MedianAt_QuickItemsAfterALongOne_FallsWithTheSixth()
    {
        int now = Wait(0, ticks: 100);
        _history.Ran(At(now));
        for (int quick = 1; quick <= 6; quick++, now += 50)
        {
            Assert.Equal(At(5_000), _history.MedianAt(At(now)));
            _history.TryPost(At(now), isIdle: false);
            _history.Ran(At(now));
        }

        Assert.Equal(At(0), _history.MedianAt(At(now)));
    }

    /// <summary>
    /// No item is needed to know that an idle pool would run it; one that waits is believed more than the look that missed it.
    /// </summary>
    [Fact]
    public void TryPost_IdlePool_PostsNoneAndLeavesNoDelay()
    {
        Assert.False(_history.TryPost(At(0), isIdle: true));
        Assert.Equal(At(0), _history.MedianAt(At(0)));
        Assert.True(_history.TryPost(At(50), isIdle: false));
        for (int tick = 2; tick < 20; tick++)
        {
            Assert.False(_history.TryPost(At(50 * tick), isIdle: true));
        }

        Assert.Equal(At(950), _history.MedianAt(At(1_000)));
    }

    [Fact]
    public void Ran_WithdrawnItem_CountsNothing()
    {
        _history.TryPost(At(0), isIdle: false);
        _history.Withdraw();
        _history.Ran(At(10));
        Assert.Null(_history.MedianAt(At(10)));
        Assert.True(_history.TryPost(At(50), isIdle: false));
    }

    private int Wait(int now, int ticks)
    {
        for (int tick = 0; tick < ticks; tick++, now += 50)
        {
            _history.TryPost(At(now), isIdle: false);
        }

        return now;
    }

    private static TimeSpan At(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
