namespace AdmissionControl.Simulation.Triage.Engine;

/// <summary>Keeps continuations inside the simulation: what is posted runs after the event, in order, on the one thread and at the same virtual time.</summary>
/// <remarks>Waiters of the shipped code post their continuations; without this they would go to the thread pool, and no two runs were the same.</remarks>
internal sealed class Pump : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

    public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs what was posted, and what that posts.</summary>
    public void Drain()
    {
        while (_posted.TryDequeue(out (SendOrPostCallback Callback, object? State) next))
        {
            next.Callback(next.State);
        }
    }

    /// <summary>Runs something with this as the current context.</summary>
    public void Around(Action run)
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(this);
        try
        {
            run();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
