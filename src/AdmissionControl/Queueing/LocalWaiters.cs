namespace AdmissionControl.Queueing;

/// <summary>A thread's idle waiters: some for the next who have to wait. Beyond them the garbage collector takes over.</summary>
/// <remarks>Belongs to its thread.</remarks>
internal sealed class LocalWaiters
{
    private readonly Waiter?[] _idle = new Waiter?[32];
    private int _count;

    public Waiter Rent()
    {
        if (_count == 0)
        {
            return new Waiter();
        }

        Waiter waiter = _idle[--_count]!;
        _idle[_count] = null;
        return waiter;
    }

    public void Return(Waiter waiter)
    {
        if (_count < _idle.Length)
        {
            _idle[_count++] = waiter;
        }
    }
}
