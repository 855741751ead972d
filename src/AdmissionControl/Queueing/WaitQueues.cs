namespace AdmissionControl.Queueing;

/// <summary>The queues in front of one gate or bucket: nearly always none or one.</summary>
/// <remarks>The array is replaced, never changed, so that <see cref="Pump"/> needs no lock. Thread-safe. A field, not to be copied.</remarks>
internal struct WaitQueues
{
    private IWaitQueue[]? _queues;

    public void Add(IWaitQueue queue) => Replace(static (queues, added) => [.. queues, added], queue);

    public void Remove(IWaitQueue queue) => Replace(static (queues, removed) => [.. queues.Where(q => q != removed)], queue);

    public readonly void Pump()
    {
        foreach (IWaitQueue queue in _queues ?? [])
        {
            queue.Pump();
        }
    }

    private void Replace(Func<IWaitQueue[], IWaitQueue, IWaitQueue[]> change, IWaitQueue queue)
    {
        IWaitQueue[]? queues = Volatile.Read(ref _queues);
        while (true)
        {
            IWaitQueue[]? seen = Interlocked.CompareExchange(ref _queues, change(queues ?? [], queue), queues);
            if (seen == queues)
            {
                return;
            }

            queues = seen;
        }
    }
}
