namespace AdmissionControl.Queueing;

/// <summary>The waiters of one line, oldest first, linked through themselves.</summary>
/// <remarks>Not thread-safe: used under the queue's lock. A field or an element, not to be copied.</remarks>
internal struct WaiterList
{
    public Waiter? First { get; private set; }

    public Waiter? Last { get; private set; }

    public void Add(Waiter waiter)
    {
        waiter.Previous = Last;
        if (Last is null)
        {
            First = waiter;
        }
        else
        {
            Last.Next = waiter;
        }

        Last = waiter;
    }

    public void Remove(Waiter waiter)
    {
        if (waiter.Previous is null)
        {
            First = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            Last = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Previous = waiter.Next = null;
    }
}
