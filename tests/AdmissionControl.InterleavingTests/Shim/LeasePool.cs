using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl.Leases;

/// <summary>
/// In place of the shipped pool, which keeps slots from one schedule to the next: nothing is kept, and within a schedule a slot is used again at once.
/// </summary>
/// <remarks>
/// That is also the harder test. The shipped pool lets a slot rest among sixteen others before another thread can have it; here the next lease of any
/// thread takes the slot that was returned last, so a stale copy always meets a new owner. Renting is a step, and returning one before and one after,
/// because what lies around them are plain accesses. Not thread-safe: under a scheduler one thread runs at a time.
/// </remarks>
internal static class LeasePool
{
    private static readonly Stack<LeaseSlot> Idle = new();

    public static LeaseSlot Rent()
    {
        Scheduler.Step();
        bool isReused = Idle.TryPop(out LeaseSlot? slot);
        Scheduler.Tell(isReused ? "LeasePool.Rent  a slot that was returned" : "LeasePool.Rent  a new slot");
        return slot ?? new LeaseSlot();
    }

    public static void Return(LeaseSlot slot)
    {
        Scheduler.Step();
        Idle.Push(slot);
        Scheduler.Tell("LeasePool.Return");
        Scheduler.Step();
    }

    /// <summary>Before each schedule, so that all begin alike.</summary>
    public static void Clear() => Idle.Clear();
}
