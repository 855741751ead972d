using AdmissionControl.Triage;

namespace AdmissionControl.Queueing;

/// <summary>Those who wait, in the order in which they are served, and in the order in which they expire.</summary>
/// <remarks>Not thread-safe: used under the queue's lock.</remarks>
internal sealed class WaiterLine
{
    private readonly WaiterList[] _byPriority = new WaiterList[PriorityShares.Count];
    private readonly ExpiryHeap _byExpiry = new();

    public WaiterLine()
    {
        for (int i = 0; i < _byPriority.Length; i++)
        {
            _byPriority[i] = new WaiterList();
        }
    }

    public int Count => _byExpiry.Count;

    /// <summary>The next to be served: the oldest of the most important.</summary>
    public Waiter? Best
    {
        get
        {
            foreach (WaiterList list in _byPriority)
            {
                if (list.First is { } first)
                {
                    return first;
                }
            }

            return null;
        }
    }

    /// <summary>The first to make room for a more important one: the youngest of the least important.</summary>
    public Waiter? Worst
    {
        get
        {
            for (int i = _byPriority.Length - 1; i >= 0; i--)
            {
                if (_byPriority[i].Last is { } last)
                {
                    return last;
                }
            }

            return null;
        }
    }

    /// <summary>The first to have waited long enough.</summary>
    public Waiter? FirstToExpire => _byExpiry.First;

    /// <summary>What those ask for who are served before a newcomer of this priority.</summary>
    public long CostAheadOf(RequestPriority priority)
    {
        long cost = 0;
        for (int i = 0; i <= (int)priority; i++)
        {
            cost += _byPriority[i].Cost;
        }

        return cost;
    }

    public void Add(Waiter waiter)
    {
        _byPriority[(int)waiter.Request.Priority].Add(waiter);
        _byExpiry.Add(waiter);
    }

    public void Remove(Waiter waiter)
    {
        _byPriority[(int)waiter.Request.Priority].Remove(waiter);
        _byExpiry.Remove(waiter);
    }
}
