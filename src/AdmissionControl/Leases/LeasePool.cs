using System.Collections.Concurrent;

namespace AdmissionControl.Leases;

/// <summary>Slots between two leases: a few per thread, found without any synchronisation, and a bounded queue that carries them between threads.</summary>
/// <remarks>
/// A request often completes on another thread than it was admitted on; the queue brings its slot back. Slots beyond both bounds are left to the
/// garbage collector, so the memory held is at most <see cref="SharedCapacity"/> slots and <see cref="LocalCapacity"/> a thread. Thread-safe.
/// </remarks>
internal static class LeasePool
{
    public const int LocalCapacity = 16;
    public const int SharedCapacity = 1024;

    private static readonly ConcurrentQueue<LeaseSlot> Shared = new();
    private static int _sharedCount;

    [ThreadStatic]
    private static Local? _local;

    public static LeaseSlot Rent()
    {
        Local? local = _local;
        if (local is { Count: > 0 })
        {
            return local.Slots[--local.Count];
        }

        if (Shared.TryDequeue(out LeaseSlot? slot))
        {
            Interlocked.Decrement(ref _sharedCount);
            return slot;
        }

        return new LeaseSlot();
    }

    public static void Return(LeaseSlot slot)
    {
        slot.Owner = null;
        slot.Outer = default;
        Local local = _local ??= new Local();
        if (local.Count < LocalCapacity)
        {
            local.Slots[local.Count++] = slot;
        }
        else if (Volatile.Read(ref _sharedCount) < SharedCapacity)
        {
            Interlocked.Increment(ref _sharedCount);
            Shared.Enqueue(slot);
        }
    }

    private sealed class Local
    {
        public readonly LeaseSlot[] Slots = new LeaseSlot[LocalCapacity];
        public int Count;
    }
}
