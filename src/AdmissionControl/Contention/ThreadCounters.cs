using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace AdmissionControl.Contention;

/// <summary>A row of counters of which every thread has a copy of its own: counting costs no atomic operation and no cache line is fought for; reading adds the copies up.</summary>
/// <remarks>
/// Exact: only its thread writes a copy, and the copy of a thread that has ended is added to a sum that stays. A reader sees each count at least as it was when it began to read.
/// Memory: the row and some padding for each living thread that counts. Reading, and the first count of a thread, take a lock. Thread-safe.
/// </remarks>
internal sealed class ThreadCounters
{
    private static int _lastId;

    private readonly int _place = Interlocked.Increment(ref _lastId);
    private readonly Lock _lock = new();
    private readonly List<CounterRow> _rows = [];
    private readonly long[] _ended;

    /// <param name="length">How many counters, at most <see cref="CounterRow.Capacity"/>.</param>
    public ThreadCounters(int length)
    {
        Debug.Assert(length <= CounterRow.Capacity, "A row has no room for so many counters.");
        _ended = new long[length];
    }

    /// <summary>The calling thread's copy of the counters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CounterRow RowOf(PerThread thread)
    {
        CounterRow? row = thread.RowAt(_place);
        return row is not null && ReferenceEquals(row.Owner, this) ? row : FindRow(thread);
    }

    /// <summary>The sum of some counters, over all threads.</summary>
    public long Sum(params ReadOnlySpan<int> indexes)
    {
        long sum = 0;
        lock (_lock)
        {
            foreach (int index in indexes)
            {
                sum += _ended[index];
                foreach (CounterRow row in _rows)
                {
                    sum += Volatile.Read(ref row[index]);
                }
            }
        }

        return sum;
    }

    /// <summary>All counters, over all threads.</summary>
    public long[] Sums()
    {
        lock (_lock)
        {
            long[] sums = [.. _ended];
            _rows.ForEach(row => row.AddTo(sums));
            return sums;
        }
    }

    private bool TakeOverIfEnded(CounterRow row)
    {
        bool hasEnded = !row.Thread.IsAlive;
        if (hasEnded)
        {
            row.AddTo(_ended);
        }

        return hasEnded;
    }

    private CounterRow FindRow(PerThread thread)
    {
        Thread current = Thread.CurrentThread;
        CounterRow? row;
        lock (_lock)
        {
            row = _rows.Find(r => r.Thread == current);
            if (row is null)
            {
                _rows.RemoveAll(TakeOverIfEnded);
                row = new CounterRow(this, current);
                _rows.Add(row);
            }
        }

        return thread.RowAt(_place) = row;
    }
}
