using System.Collections.Concurrent;

namespace AdmissionControl.Leases;

/// <summary>Slots between two leases: a few per thread, found without any synchronisation, and a bounded stock that carries them between threads.</summary>
/// <remarks>
/// A request often completes on another thread than it was admitted on, so one thread runs out of slots and another has too many. They exchange whole magazines, which makes
/// the shared queue a matter of one request in sixteen. With two magazines a thread, one that takes and returns around a boundary does not exchange at each step.
/// Source: J. Bonwick and J. Adams, "Magazines and Vmem" (2001).
/// <para>
/// Slots beyond both bounds are left to the garbage collector, so the memory held is at most <see cref="SharedCapacity"/> slots and
/// <see cref="LocalCapacity"/> a thread; a thread that ends leaves its slots to the others. Thread-safe.
/// </para>
/// </remarks>
internal static class LeasePool
{
    public const int LocalCapacity = 2 * Magazine.Capacity;
    public const int SharedCapacity = 64 * Magazine.Capacity;

    private static readonly ConcurrentQueue<Magazine> Full = new();
    private static readonly ConcurrentQueue<Magazine> Empty = new();
    private static int _fullCount;

    [ThreadStatic]
    private static Local? _local;

    public static LeaseSlot Rent()
    {
        Local? local = _local;
        return local is not null && !local.Loaded.IsEmpty ? local.Loaded.Take() : (local ?? Begin()).Rent();
    }

    public static void Return(LeaseSlot slot)
    {
        Local local = _local ?? Begin();
        if (local.Loaded.IsFull)
        {
            local.MakeRoom();
        }

        local.Loaded.Add(slot);
    }

    private static Local Begin() => _local = new Local();

    private static bool TryTakeFull(out Magazine? magazine)
    {
        bool isTaken = Full.TryDequeue(out magazine);
        if (isTaken)
        {
            Interlocked.Decrement(ref _fullCount);
        }

        return isTaken;
    }

    /// <summary>Gives a magazine to the stock, or its slots to the garbage collector when the stock is full.</summary>
    private static void Give(Magazine magazine)
    {
        magazine.ForgetOwners();
        if (Volatile.Read(ref _fullCount) * Magazine.Capacity < SharedCapacity)
        {
            Interlocked.Increment(ref _fullCount);
            Full.Enqueue(magazine);
            return;
        }

        while (!magazine.IsEmpty)
        {
            LeaseRegistry.Remove(magazine.Take());
        }

        GiveEmpty(magazine);
    }

    private static void GiveEmpty(Magazine magazine)
    {
        if (Empty.Count * Magazine.Capacity < SharedCapacity)
        {
            Empty.Enqueue(magazine);
        }
    }

    private sealed class Local
    {
        private Magazine _spare = new();

        /// <summary>A thread has ended.</summary>
        ~Local()
        {
            foreach (Magazine magazine in (ReadOnlySpan<Magazine>)[Loaded, _spare])
            {
                if (!magazine.IsEmpty)
                {
                    Give(magazine);
                }
            }
        }

        public Magazine Loaded { get; private set; } = new();

        public LeaseSlot Rent()
        {
            if (!_spare.IsEmpty)
            {
                (Loaded, _spare) = (_spare, Loaded);
            }
            else if (TryTakeFull(out Magazine? magazine))
            {
                GiveEmpty(Loaded);
                Loaded = magazine!;
            }
            else
            {
                return LeaseRegistry.Add(new LeaseSlot());
            }

            return Loaded.Take();
        }

        public void MakeRoom()
        {
            if (_spare.IsFull)
            {
                Give(_spare);
                _spare = Empty.TryDequeue(out Magazine? magazine) ? magazine : new Magazine();
            }

            (Loaded, _spare) = (_spare, Loaded);
        }
    }
}
