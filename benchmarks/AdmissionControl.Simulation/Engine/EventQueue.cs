namespace AdmissionControl.Simulation.Engine;

/// <summary>The events to come, earliest first: a heap of four children a node, which is flatter and kinder to the cache than one of two.</summary>
internal sealed class EventQueue
{
    private const int Children = 4;

    private Event[] _heap = new Event[1024];
    private int _count;
    private long _order;

    public bool IsEmpty => _count == 0;

    public void Push(long time, EventKind kind, object? subject = null, int version = 0) =>
        Insert(new Event(time, _order++, kind, subject, version));

    public Event Pop()
    {
        Event first = _heap[0];
        Event last = _heap[--_count];
        _heap[_count] = default;
        if (_count > 0)
        {
            SiftDown(last);
        }

        return first;
    }

    private void Insert(in Event item)
    {
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _count * 2);
        }

        int hole = _count++;
        while (hole > 0)
        {
            int parent = (hole - 1) / Children;
            if (!IsBefore(item, _heap[parent]))
            {
                break;
            }

            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = item;
    }

    private void SiftDown(in Event item)
    {
        int hole = 0;
        while (true)
        {
            int first = (hole * Children) + 1;
            if (first >= _count)
            {
                break;
            }

            int least = first;
            int end = Math.Min(first + Children, _count);
            for (int child = first + 1; child < end; child++)
            {
                if (IsBefore(_heap[child], _heap[least]))
                {
                    least = child;
                }
            }

            if (!IsBefore(_heap[least], item))
            {
                break;
            }

            _heap[hole] = _heap[least];
            hole = least;
        }

        _heap[hole] = item;
    }

    private static bool IsBefore(in Event a, in Event b) => a.Time < b.Time || (a.Time == b.Time && a.Order < b.Order);
}
