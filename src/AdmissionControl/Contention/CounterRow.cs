using System.Runtime.CompilerServices;

namespace AdmissionControl.Contention;

/// <summary>One thread's copy of the counters of one owner, for that thread alone to change.</summary>
internal sealed class CounterRow
{
    /// <summary>The most counters.</summary>
    public const int Capacity = 80;

    // On both sides of the counters, so that the rows of two threads never share two cache lines.
    private const int Padding = 128 / sizeof(long);

    // Within the object, which saves a load on the way of every request.
    private Counts _counts;

    public CounterRow(ThreadCounters owner, Thread thread)
    {
        Owner = owner;
        Thread = thread;
    }

    public ThreadCounters Owner { get; }

    public Thread Thread { get; }

    public ref long this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _counts[Padding + index];
    }

    /// <returns>The count afterwards.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Increment(int index)
    {
        ref long count = ref this[index];
        long next = count + 1;
        Volatile.Write(ref count, next);
        return next;
    }

    /// <summary>Adds the counters, as any thread sees them, to sums.</summary>
    public void AddTo(long[] sums)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += Volatile.Read(ref this[i]);
        }
    }

    [InlineArray(Padding + Capacity + Padding)]
    private struct Counts
    {
        private long _first;
    }
}
