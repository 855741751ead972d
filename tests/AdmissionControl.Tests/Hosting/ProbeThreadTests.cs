using AdmissionControl.Hosting;

namespace AdmissionControl.Tests.Hosting;

/// <summary>The only tests of a real thread; each wait is for something that happens, and bounded.</summary>
public class ProbeThreadTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static PoolActivity Busy => new(static () => (0, 1));

    [Fact]
    public void Run_UntilDisposed_TicksOnABackgroundThreadOfItsOwn()
    {
        using var third = new ManualResetEventSlim();
        Thread? thread = null;
        int posts = 0;
        var probe = new PoolProbe(TimeProvider.System, Busy, item =>
        {
            thread = Thread.CurrentThread;
            item.Execute();
            if (++posts == 3)
            {
                third.Set();
            }
        });
        using (new ProbeThread(probe))
        {
            Assert.True(third.Wait(Long), "The thread has stopped.");
            Assert.NotNull(probe.Delay);
            Assert.True(thread!.IsAlive);
            Assert.True(thread.IsBackground, "It keeps the process from ending.");
            Assert.False(thread.IsThreadPoolThread, "It would be delayed by what it measures.");
        }

        Assert.True(thread.Join(Long), "The thread goes on.");
    }

    [Fact]
    public void Dispose_Twice_ChangesNothing()
    {
        var thread = new ProbeThread(new PoolProbe(TimeProvider.System, Busy, static _ => { }));
        thread.Dispose();
        thread.Dispose();
    }

    /// <summary>What surrounds the first controller is none of the thread's business, and would live as long as it does.</summary>
    [Fact]
    public void Run_AmbientValuesOfTheStarter_DoNotFlow()
    {
        using var posted = new ManualResetEventSlim();
        var ambient = new AsyncLocal<string> { Value = "the first request" };
        string? seen = "none";
        using var thread = new ProbeThread(new PoolProbe(TimeProvider.System, Busy, _ =>
        {
            seen = ambient.Value;
            posted.Set();
        }));
        Assert.True(posted.Wait(Long));
        Assert.Null(seen);
    }
}
