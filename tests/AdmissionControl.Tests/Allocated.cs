namespace AdmissionControl.Tests;

/// <summary>What a piece of code allocates on this thread.</summary>
internal static class Allocated
{
    private const int Runs = 5;

    /// <summary>The least of several runs: the runtime itself allocates now and then on whichever thread is there, as when its cache of casts grows.</summary>
    public static long In(Action action)
    {
        long least = long.MaxValue;
        for (int run = 0; run < Runs && least > 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
