namespace AdmissionControl.Queueing;

/// <summary>
/// A binary heap of waiters by expiry, in which each waiter knows its place, so that one that is granted or cancelled leaves at once and holds no memory.
/// </summary>
/// <remarks>Not thread-safe: used under the queue's lock.</remarks>
internal sealed class ExpiryHeap
{
    private Waiter[] _items = new Waiter[16];

    public int Count { get; private set; }

    /// <summary>The waiter that expires first, or null.</summary>
    public Waiter? First => Count == 0 ? null : _items[0];

    public void Add(Waiter waiter)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        Count++;
        SiftUp(waiter, Count - 1);
    }

    public void Remove(Waiter waiter)
    {
        int hole = waiter.HeapIndex;
        waiter.HeapIndex = -1;
        Count--;
        Waiter last = _items[Count];
        _items[Count] = null!;
        if (hole == Count)
        {
            return;
        }

        // The last one may belong above the hole or below it.
        SiftUp(last, hole);
        SiftDown(last, last.HeapIndex);
    }

    private void SiftUp(Waiter waiter, int index)
    {
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (_items[parent].ExpiresAt <= waiter.ExpiresAt)
            {
                break;
            }

            Place(_items[parent], index);
            index = parent;
        }

        Place(waiter, index);
    }

    private void SiftDown(Waiter waiter, int index)
    {
        while (true)
        {
            int child = (2 * index) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && _items[child + 1].ExpiresAt < _items[child].ExpiresAt)
            {
                child++;
            }

            if (waiter.ExpiresAt <= _items[child].ExpiresAt)
            {
                break;
            }

            Place(_items[child], index);
            index = child;
        }

        Place(waiter, index);
    }

    private void Place(Waiter waiter, int index)
    {
        _items[index] = waiter;
        waiter.HeapIndex = index;
    }
}
