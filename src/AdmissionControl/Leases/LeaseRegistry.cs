namespace AdmissionControl.Leases;

/// <summary>Every slot there is, in use or pooled, so that a lease which nobody completes can be found.</summary>
/// <remarks>
/// Written when a slot is made or dropped, which pooling makes rare, and read when somebody asks for ages: never on the way of a request. One lock.
/// A lease that is lost for ever keeps its slot here, as it keeps its permit. Thread-safe.
/// </remarks>
internal static class LeaseRegistry
{
    private static readonly Lock Gate = new();
    private static readonly List<LeaseSlot> Slots = [];

    public static LeaseSlot Add(LeaseSlot slot)
    {
        lock (Gate)
        {
            slot.RegistryIndex = Slots.Count;
            Slots.Add(slot);
        }

        return slot;
    }

    public static void Remove(LeaseSlot slot)
    {
        lock (Gate)
        {
            LeaseSlot last = Slots[^1];
            Slots[slot.RegistryIndex] = last;
            last.RegistryIndex = slot.RegistryIndex;
            Slots.RemoveAt(Slots.Count - 1);
        }
    }

    /// <summary>When the oldest lease of an owner was given, by the owner's clock; null when none is out.</summary>
    public static long? Oldest(ILeaseOwner owner)
    {
        long? oldest = null;
        lock (Gate)
        {
            foreach (LeaseSlot slot in Slots)
            {
                if (slot.TryRead(owner, out _, out long admittedAt) && !(admittedAt >= oldest))
                {
                    oldest = admittedAt;
                }
            }
        }

        return oldest;
    }

    /// <summary>The leases of an owner that were given before a moment of the owner's clock.</summary>
    public static List<(LeaseSlot Slot, long Version)> GivenBefore(ILeaseOwner owner, long moment)
    {
        List<(LeaseSlot, long)> found = [];
        lock (Gate)
        {
            foreach (LeaseSlot slot in Slots)
            {
                if (slot.TryRead(owner, out long version, out long admittedAt) && admittedAt < moment)
                {
                    found.Add((slot, version));
                }
            }
        }

        return found;
    }
}
