namespace AdmissionControl.Leases;

/// <summary>A thread's idle slots: two magazines, one in use and one to change to, so that a thread which takes and returns around a boundary does not exchange at each step.</summary>
/// <remarks>Belongs to its thread. When that has ended, the finalizer leaves the slots to the others.</remarks>
internal sealed class LocalLeases
{
    private Magazine _loaded = new();
    private Magazine _spare = new();

    ~LocalLeases()
    {
        foreach (Magazine magazine in (ReadOnlySpan<Magazine>)[_loaded, _spare])
        {
            if (!magazine.IsEmpty)
            {
                LeasePool.Give(magazine);
            }
        }
    }

    public LeaseSlot Rent() => _loaded.IsEmpty ? Load() : _loaded.Take();

    public void Return(LeaseSlot slot)
    {
        if (_loaded.IsFull)
        {
            MakeRoom();
        }

        _loaded.Add(slot);
    }

    private LeaseSlot Load()
    {
        if (!_spare.IsEmpty)
        {
            (_loaded, _spare) = (_spare, _loaded);
        }
        else if (LeasePool.TryTake(out Magazine? magazine))
        {
            LeasePool.GiveEmpty(_loaded);
            _loaded = magazine;
        }
        else
        {
            return LeaseRegistry.Add(new LeaseSlot());
        }

        return _loaded.Take();
    }

    private void MakeRoom()
    {
        if (_spare.IsFull)
        {
            LeasePool.Give(_spare);
            _spare = LeasePool.TakeEmpty();
        }

        (_loaded, _spare) = (_spare, _loaded);
    }
}
