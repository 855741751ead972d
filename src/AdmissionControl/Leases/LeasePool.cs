using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace AdmissionControl.Leases;

/// <summary>Slots between two leases: a bounded stock that carries them from thread to thread. Each thread has a few of its own in front of it: <see cref="LocalLeases"/>.</summary>
/// <remarks>
/// A request often completes on another thread than it was admitted on, so one thread runs out of slots and another has too many. They exchange whole magazines, which makes
/// the shared queue a matter of one request in sixteen. Source: J. Bonwick and J. Adams, "Magazines and Vmem" (2001).
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

    /// <summary>A full magazine, if there is one.</summary>
    public static bool TryTake([NotNullWhen(true)] out Magazine? magazine)
    {
        bool isTaken = Full.TryDequeue(out magazine);
        if (isTaken)
        {
            Interlocked.Decrement(ref _fullCount);
        }

        return isTaken;
    }

    /// <summary>An empty magazine, from the stock if it has one.</summary>
    public static Magazine TakeEmpty() => Empty.TryDequeue(out Magazine? magazine) ? magazine : new Magazine();

    /// <summary>Gives a magazine to the stock, or its slots to the garbage collector when the stock is full.</summary>
    public static void Give(Magazine magazine)
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

    /// <summary>Keeps an empty magazine for later, unless there are enough.</summary>
    public static void GiveEmpty(Magazine magazine)
    {
        if (Empty.Count * Magazine.Capacity < SharedCapacity)
        {
            magazine.ForgetSlots();
            Empty.Enqueue(magazine);
        }
    }
}
