namespace AdmissionControl.Contention;

/// <summary>A row of counters of which every thread has a copy of its own: counting costs no atomic operation and no cache line is fought for; reading adds the copies up.</summary>
/// <remarks>
/// Exact: only its thread writes a copy, and the copy of a thread that has ended is added to a sum that stays. A reader sees each count at least as it was when it began to read.
/// Memory: the row and some padding for each living thread that counts. Reading, and the first count of a thread, take a lock. Thread-safe.
/// </remarks>
internal sealed class ThreadCounters
{
    // On both sides of a row, so that the rows of two threads never share two cache lines.
    private const int Padding = 128 / sizeof(long);

    // A thread finds the rows of this many owners at once; beyond it two owners displace each other and are found the slow way.
    private const int CacheSize = 64;

    private static int _lastId;

    [ThreadStatic]
    private static Row?[]? _cache;

    private readonly int _slot = Interlocked.Increment(ref _lastId) & (CacheSize - 1);
    private readonly Lock _lock = new();
    private readonly List<Row> _rows = [];
    private readonly long[] _ended;

    public ThreadCounters(int length) => _ended = new long[length];

    /// <summary>This thread's copy of a counter, for it alone to change.</summary>
    public ref long Mine(int index)
    {
        Row?[]? cache = _cache;
        Row? row = cache?[_slot];
        return ref (row is not null && ReferenceEquals(row.Owner, this) ? row : FindRow()).Counts[Padding + index];
    }

    public void Increment(int index)
    {
        ref long count = ref Mine(index);
        Volatile.Write(ref count, count + 1);
    }

    public void Decrement(int index)
    {
        ref long count = ref Mine(index);
        Volatile.Write(ref count, count - 1);
    }

    /// <summary>One counter, over all threads.</summary>
    public long Sum(int index)
    {
        lock (_lock)
        {
            long sum = _ended[index];
            foreach (Row row in _rows)
            {
                sum += Volatile.Read(ref row.Counts[Padding + index]);
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

    private static void Add(Row row, long[] sums)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += Volatile.Read(ref row.Counts[Padding + i]);
        }
    }

    private bool TakeOverIfEnded(Row row)
    {
        bool hasEnded = !row.Thread.IsAlive;
        if (hasEnded)
        {
            Add(row, _ended);
        }

        return hasEnded;
    }

    private Row FindRow()
    {
        Thread thread = Thread.CurrentThread;
        Row? row;
        lock (_lock)
        {
            row = _rows.Find(r => r.Thread == thread);
            if (row is null)
            {
                _rows.RemoveAll(TakeOverIfEnded);
                row = new Row(this, thread, new long[Padding + _ended.Length + Padding]);
                _rows.Add(row);
            }
        }

        return (_cache ??= new Row?[CacheSize])[_slot] = row;
    }

    private sealed record Row(ThreadCounters Owner, Thread Thread, long[] Counts);
}
