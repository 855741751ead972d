using AdmissionControl.Concurrency;

namespace AdmissionControl.Queueing;

/// <summary>Permits of a gate, whose word counts those who wait.</summary>
internal sealed class GateSource(ConcurrencyGate gate) : IPermitSource
{
    public bool TryTake(int permits, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        return permits == 0 ? gate.CanAcquire(1, gate.Limit) : gate.TryAcquire(permits);
    }

    public bool TryGrant(int permits, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        if (permits > 0)
        {
            return gate.TryGrant(permits, gate.Limit);
        }

        bool isThere = gate.CouldGrant(1, gate.Limit);
        if (isThere)
        {
            gate.RemoveWaiter();
        }

        return isThere;
    }

    public void AddWaiter() => gate.AddWaiter();

    public void RemoveWaiter() => gate.RemoveWaiter();

    public void Attach(IWaitQueue queue) => gate.Attach(queue);

    public void Detach(IWaitQueue queue) => gate.Detach(queue);
}
