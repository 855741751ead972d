namespace AdmissionControl.Queueing;

/// <summary>The waiters of one priority, oldest first, linked through themselves.</summary>
/// <remarks>Not thread-safe: used under the queue's lock.</remarks>
internal sealed class WaiterList
{
    public Waiter? First { get; private set; }

    public Waiter? Last { get; private set; }

    /// <summary>The sum of what its members ask for.</summary>
    public long Cost { get; private set; }

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
        Cost += waiter.Request.Cost;
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
        Cost -= waiter.Request.Cost;
    }
}
