namespace AdmissionControl.Contention;

/// <summary>One thread's copy of the counters of one owner.</summary>
internal sealed class CounterRow(ThreadCounters owner, Thread thread, int length)
{
    /// <summary>On both sides of the counters, so that the rows of two threads never share two cache lines.</summary>
    public const int Padding = 128 / sizeof(long);

    public ThreadCounters Owner { get; } = owner;

    public Thread Thread { get; } = thread;

    public long[] Counts { get; } = new long[Padding + length + Padding];
}
