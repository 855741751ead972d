namespace AdmissionControl.Leases;

/// <summary>A handful of idle slots that travel together.</summary>
/// <remarks>Not thread-safe: it belongs to one thread, or to a queue.</remarks>
internal sealed class Magazine
{
    public const int Capacity = 16;

    private readonly LeaseSlot[] _slots = new LeaseSlot[Capacity];
    private int _count;

    public bool IsEmpty => _count == 0;

    public bool IsFull => _count == Capacity;

    public void Add(LeaseSlot slot)
    {
        // The one that was taken last mostly comes back first, and what stands there already need not be announced to the garbage collector.
        ref LeaseSlot place = ref _slots[_count];
        if (!ReferenceEquals(place, slot))
        {
            place = slot;
        }

        _count++;
    }

    /// <summary>Before the slots leave their thread: they must not keep an owner alive that nobody uses any more.</summary>
    public void ForgetOwners()
    {
        foreach (LeaseSlot slot in _slots.AsSpan(0, _count))
        {
            slot.Owner = null;
        }
    }

    /// <summary>Before an empty one is kept: it must not keep alive the slots that it had, which may be dropped meanwhile.</summary>
    public void ForgetSlots() => Array.Clear(_slots);

    public LeaseSlot Take() => _slots[--_count];
}
