using AdmissionControl.Timing;

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
    /// <param name="owner">The owner.</param>
    /// <param name="now">A reading of its clock.</param>
    public static long? Oldest(ILeaseOwner owner, long now)
    {
        long? oldest = null;
        lock (Gate)
        {
            foreach (LeaseSlot slot in Slots)
            {
                if (TryRead(slot, owner, now, out _, out long since) && !(since >= oldest))
                {
                    oldest = since;
                }
            }
        }

        return oldest;
    }

    /// <summary>The leases of an owner that have been out for some time.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="now">A reading of its clock.</param>
    /// <param name="age">The time, in nanoseconds.</param>
    public static List<(LeaseSlot Slot, long Version)> OlderThan(ILeaseOwner owner, long now, long age)
    {
        List<(LeaseSlot, long)> found = [];
        lock (Gate)
        {
            foreach (LeaseSlot slot in Slots)
            {
                if (TryRead(slot, owner, now, out long version, out long since) && now - since > age)
                {
                    found.Add((slot, version));
                }
            }
        }

        return found;
    }

    /// <summary>Reads the lease that runs in a slot and since when: since it was first seen, if it was given without a look at the clock.</summary>
    private static bool TryRead(LeaseSlot slot, ILeaseOwner owner, long now, out long version, out long since)
    {
        if (!slot.TryRead(owner, out version, out since))
        {
            return false;
        }

        if (since == AdmissionClock.Unread)
        {
            if (slot.SeenVersion != version)
            {
                (slot.SeenVersion, slot.SeenAt) = (version, now);
            }

            since = slot.SeenAt;
        }

        return true;
    }
}
