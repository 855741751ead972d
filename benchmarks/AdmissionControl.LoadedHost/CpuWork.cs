using System.Runtime.CompilerServices;

namespace AdmissionControl.LoadedHost;

/// <summary>
/// Work that takes a processor's time and nothing else. It is counted in units, not timed: a thread that is not running gets no further.
/// </summary>
internal static class CpuWork
{
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(600);

    /// <summary>The units that a core does in a millisecond of its time, while there is work for all of them.</summary>
    public static long MeasureUnitsPerMillisecond()
    {
        const long Batch = 10_000;
        long units = 0;
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long start = TimeProvider.System.GetTimestamp();
        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            while (TimeProvider.System.GetElapsedTime(start) < Duration)
            {
                Do(Batch);
                Interlocked.Add(ref units, Batch);
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        return (long)(units / (Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static ulong Do(long units)
    {
        ulong state = 1;
        for (long i = 0; i < units; i++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
        }

        return state;
    }
}
