namespace AdmissionControl.Leases;

/// <summary>In place of the shipped pool, which keeps slots from one schedule to the next: nothing is kept, and within a schedule a slot is used again at once.</summary>
/// <remarks>
/// That is also the harder test. The shipped pool lets a slot rest among sixteen others before another thread can have it; here the next lease of any thread takes the slot
/// that was returned last, so a stale copy always meets a new owner. Not thread-safe: under a scheduler one thread runs at a time.
/// </remarks>
internal static class LeasePool
{
    private static readonly Stack<LeaseSlot> Idle = new();

    public static LeaseSlot Rent() => Idle.TryPop(out LeaseSlot? slot) ? slot : new LeaseSlot();

    public static void Return(LeaseSlot slot) => Idle.Push(slot);

    /// <summary>Before each schedule, so that all begin alike.</summary>
    public static void Clear() => Idle.Clear();
}
