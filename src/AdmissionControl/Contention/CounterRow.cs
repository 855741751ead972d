namespace AdmissionControl.Contention;

/// <summary>One thread's copy of the counters of one owner, for that thread alone to change.</summary>
internal sealed class CounterRow(ThreadCounters owner, Thread thread, int length)
{
    // On both sides of the counters, so that the rows of two threads never share two cache lines.
    private const int Padding = 128 / sizeof(long);

    private readonly long[] _counts = new long[Padding + length + Padding];

    public ThreadCounters Owner { get; } = owner;

    public Thread Thread { get; } = thread;

    public ref long this[int index] => ref _counts[Padding + index];

    public void Increment(int index) => Volatile.Write(ref this[index], this[index] + 1);

    public void Decrement(int index) => Volatile.Write(ref this[index], this[index] - 1);

    /// <summary>Adds the counters, as any thread sees them, to sums.</summary>
    public void AddTo(long[] sums)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += Volatile.Read(ref this[i]);
        }
    }
}
