using AdmissionControl.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Hosting;

public class PoolProbeTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>A pool in which something waits.</summary>
    private static PoolActivity Busy => new(static () => (0, 1));

    private readonly FakeTimeProvider _time = new();
    private readonly Queue<IThreadPoolWorkItem> _pool = new();

    [Fact]
    public void Tick_ItemRunsLater_DelayIsFromPostToRun()
    {
        PoolProbe probe = Build();
        Assert.Null(probe.Delay);
        probe.Tick();
        Assert.Null(probe.Delay);
        _time.Advance(TimeSpan.FromMilliseconds(7));
        _pool.Dequeue().Execute();
        _time.Advance(Interval);
        Assert.Equal(TimeSpan.FromMilliseconds(7), probe.Delay);
        Assert.Equal(TimeSpan.FromMilliseconds(7), probe.Delay);
    }

    /// <summary>What waits once is not posted again, and its age is the delay of a pool that runs nothing.</summary>
    [Fact]
    public void Tick_ItemStillWaits_PostsNoneAndItsAgeCounts()
    {
        PoolProbe probe = Build();
        for (int tick = 0; tick < 20; tick++)
        {
            probe.Tick();
            Assert.Single(_pool);
            Assert.Equal(tick == 0 ? null : tick * Interval, probe.Delay);
            _time.Advance(Interval);
        }

        _pool.Dequeue().Execute();
        probe.Tick();
        Assert.Single(_pool);
        Assert.Equal(20 * Interval, probe.Delay);
    }

    /// <summary>A post that fails is no stuck pool, and the next tick tries again.</summary>
    [Fact]
    public void Tick_PostFails_IsSurvivedAndForgotten()
    {
        bool isBroken = true;
        var probe = new PoolProbe(_time, Busy, item =>
        {
            _pool.Enqueue(item);
            if (isBroken)
            {
                throw new InsufficientExecutionStackException();
            }
        });
        for (int tick = 0; tick < 20; tick++)
        {
            probe.Tick();
            _time.Advance(Interval);
            Assert.Null(probe.Delay);
        }

        // The items were in the queue all the same: they run, and count for nothing.
        Assert.Equal(20, _pool.Count);
        _pool.Dequeue().Execute();
        Assert.Null(probe.Delay);

        isBroken = false;
        probe.Tick();
        _pool.Last().Execute();
        Assert.Equal(TimeSpan.Zero, probe.Delay);
    }

    /// <summary>An idle pool is not woken, and its delay is zero.</summary>
    [Fact]
    public void Tick_IdlePool_PostsNoneUntilSomethingWaits()
    {
        long waiting = 0;
        var probe = new PoolProbe(_time, new PoolActivity(() => (0, waiting)), _pool.Enqueue);
        probe.Tick();
        Assert.Empty(_pool);
        Assert.Equal(TimeSpan.Zero, probe.Delay);
        waiting = 1;
        probe.Tick();
        Assert.Single(_pool);
    }

    [Fact]
    public void Tick_PostsAndReads_AllocateNothing()
    {
        const int Times = 1_000;
        var probe = new PoolProbe(_time, Busy, static item => item.Execute());
        probe.Tick();
        TimeSpan? delay = probe.Delay;
        long bytes = Allocated.In(() =>
        {
            for (int i = 0; i < Times; i++)
            {
                probe.Tick();
                delay = probe.Delay;
            }
        });

        Assert.Equal(TimeSpan.Zero, delay);
        Assert.InRange(bytes, 0, Times - 1);
    }

    private PoolProbe Build() => new(_time, Busy, _pool.Enqueue);
}
