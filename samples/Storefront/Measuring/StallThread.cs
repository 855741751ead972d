namespace Storefront.Measuring;

/// <summary>A thread that does nothing but wake every 10 ms and note when it could not.</summary>
internal sealed class StallThread : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    private readonly ManualResetEvent _stop = new(false);
    private readonly Thread _thread;

    public StallThread(TimeProvider clock)
    {
        long origin = clock.GetTimestamp();
        _thread = new Thread(() =>
        {
            while (!_stop.WaitOne(Period))
            {
                Watch.Observe(clock.GetElapsedTime(origin));
            }
        })
        { IsBackground = true, Name = "stalls" };
        _thread.Start();
    }

    public StallWatch Watch { get; } = new();

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }
}
