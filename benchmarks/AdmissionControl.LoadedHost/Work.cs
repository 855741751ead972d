namespace AdmissionControl.LoadedHost;

/// <summary>One kind of work, and how often it was done.</summary>
internal sealed class Work(WorkKind kind, long unitsPerMillisecond)
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(20);

    private readonly ManualResetEvent _never = new(false);
    private long _done;

    public long Done => Interlocked.Read(ref _done);

    public async Task DoAsync()
    {
        switch (kind)
        {
            case WorkKind.Cpu:
                CpuWork.Do(5 * unitsPerMillisecond);
                break;
            case WorkKind.Awaiting:
                CpuWork.Do(5 * unitsPerMillisecond / 2);
                await Task.Delay(Wait, TimeProvider.System);
                CpuWork.Do(5 * unitsPerMillisecond / 2);
                break;
            default:
                // The pool does not know of this wait, as it knows of none that is not a task's.
                _never.WaitOne(Wait);
                break;
        }

        Interlocked.Increment(ref _done);
    }
}
