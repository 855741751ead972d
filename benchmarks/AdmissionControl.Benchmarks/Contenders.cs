namespace AdmissionControl.Benchmarks;

/// <summary>Threads that stay, one a core, and run the same work at the same time: released together, done when all are.</summary>
internal sealed class Contenders : IDisposable
{
    private readonly Barrier _barrier;
    private Action<int>? _work;

    public Contenders(int count)
    {
        Count = count;
        _barrier = new Barrier(count + 1);
        for (int i = 0; i < count; i++)
        {
            int index = i;
            new Thread(() => Loop(index)) { IsBackground = true }.Start();
        }
    }

    public int Count { get; }

    /// <summary>Runs the work on every thread and returns when all have finished.</summary>
    public void Run(Action<int> work)
    {
        _work = work;
        _barrier.SignalAndWait();
        _barrier.SignalAndWait();
    }

    public void Dispose()
    {
        _work = null;
        _barrier.SignalAndWait();
    }

    private void Loop(int index)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_work is not { } work)
            {
                return;
            }

            work(index);
            _barrier.SignalAndWait();
        }
    }
}
