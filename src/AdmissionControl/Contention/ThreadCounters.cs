namespace AdmissionControl.Contention;

/// <summary>A row of counters of which every thread has a copy of its own: counting costs no atomic operation and no cache line is fought for; reading adds the copies up.</summary>
/// <remarks>
/// Exact: only its thread writes a copy, and the copy of a thread that has ended is added to a sum that stays. A reader sees each count at least as it was when it began to read.
/// Memory: the row and some padding for each living thread that counts. Reading, and the first count of a thread, take a lock. Thread-safe.
/// </remarks>
internal sealed class ThreadCounters
{
    private static int _lastId;

    private readonly int _place = Interlocked.Increment(ref _lastId) & (PerThread.RowCount - 1);
    private readonly Lock _lock = new();
    private readonly List<CounterRow> _rows = [];
    private readonly long[] _ended;

    public ThreadCounters(int length) => _ended = new long[length];

    /// <summary>This thread's copy of a counter, for it alone to change.</summary>
    public ref long Mine(PerThread thread, int index) => ref RowOf(thread).Counts[CounterRow.Padding + index];

    /// <summary>This thread's copy of all counters.</summary>
    public CounterRow RowOf(PerThread thread)
    {
        CounterRow? row = thread.Rows[_place];
        return row is not null && ReferenceEquals(row.Owner, this) ? row : FindRow(thread);
    }

    public void Increment(PerThread thread, int index) => Add(thread, index, 1);

    public void Decrement(PerThread thread, int index) => Add(thread, index, -1);

    /// <summary>One counter, over all threads.</summary>
    public long Sum(int index)
    {
        lock (_lock)
        {
            long sum = _ended[index];
            foreach (CounterRow row in _rows)
            {
                sum += Volatile.Read(ref row.Counts[CounterRow.Padding + index]);
            }

            return sum;
        }
    }

    /// <summary>All counters, over all threads.</summary>
    public long[] Sums()
    {
        lock (_lock)
        {
            long[] sums = [.. _ended];
            _rows.ForEach(row => Add(row, sums));
            return sums;
        }
    }

    private void Add(PerThread thread, int index, int change)
    {
        ref long count = ref Mine(thread, index);
        Volatile.Write(ref count, count + change);
    }

    private static void Add(CounterRow row, long[] sums)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += Volatile.Read(ref row.Counts[CounterRow.Padding + i]);
        }
    }

    private bool TakeOverIfEnded(CounterRow row)
    {
        bool hasEnded = !row.Thread.IsAlive;
        if (hasEnded)
        {
            Add(row, _ended);
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
                row = new CounterRow(this, current, _ended.Length);
                _rows.Add(row);
            }
        }

        return thread.Rows[_place] = row;
    }
}
