using System.Runtime.CompilerServices;
using AdmissionControl.Leases;
using AdmissionControl.Queueing;

namespace AdmissionControl.Contention;

/// <summary>All that is kept for a thread, behind one thread-static field: to find such a field costs as much as an atomic operation, and a request needs several of these things.</summary>
/// <remarks>Belongs to its thread; who has got hold of one uses it only until the call returns.</remarks>
internal sealed class PerThread
{
    /// <summary>A thread finds the rows of this many <see cref="ThreadCounters"/> at once; beyond it two displace each other and are found the slow way.</summary>
    public const int RowCount = 64;

    [ThreadStatic]
    private static PerThread? _current;

    private RowTable _rows;

    private PerThread()
    {
    }

    public static PerThread Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _current ?? Begin();
    }

    /// <summary>The thread's idle slots for leases.</summary>
    public LocalLeases Leases { get; } = new();

    /// <summary>The thread's idle waiters.</summary>
    public LocalWaiters Waiters { get; } = new();

    /// <summary>The thread's row of counters at an owner's place.</summary>
    /// <param name="place">Taken modulo <see cref="RowCount"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref CounterRow? RowAt(int place) => ref _rows[place & (RowCount - 1)];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PerThread Begin() => _current = new PerThread();

    // Within the object, which saves a load on the way of every request.
    [InlineArray(RowCount)]
    private struct RowTable
    {
        private CounterRow? _first;
    }
}
