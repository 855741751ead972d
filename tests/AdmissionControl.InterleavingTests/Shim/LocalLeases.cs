using System.Diagnostics.CodeAnalysis;
using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl.Leases;

/// <summary>
/// In place of the shipped thread's own slots, which it keeps from one schedule to the next: nothing is kept, and within a schedule a slot is used again at once.
/// </summary>
/// <remarks>
/// That is also the harder test. The shipped pool lets a slot rest among sixteen others before another thread can have it; here the next lease of any
/// thread takes the slot that was returned last, so a stale copy always meets a new owner. Renting is a step, and returning one before and one after,
/// because what lies around them are plain accesses. Not thread-safe: under a scheduler one thread runs at a time.
/// </remarks>
internal sealed class LocalLeases
{
    private static readonly Stack<LeaseSlot> Idle = new();

    [SuppressMessage("Performance", "CA1822", Justification = "The shipped type's is not static.")]
    public LeaseSlot Rent()
    {
        Scheduler.Step();
        bool isReused = Idle.TryPop(out LeaseSlot? slot);
        Scheduler.Tell(isReused ? "LocalLeases.Rent  a slot that was returned" : "LocalLeases.Rent  a new slot");
        return slot ?? new LeaseSlot();
    }

    [SuppressMessage("Performance", "CA1822", Justification = "The shipped type's is not static.")]
    public void Return(LeaseSlot slot)
    {
        Scheduler.Step();
        Idle.Push(slot);
        Scheduler.Tell("LocalLeases.Return");
        Scheduler.Step();
    }

    /// <summary>Before each schedule, so that all begin alike.</summary>
    public static void Clear() => Idle.Clear();
}
