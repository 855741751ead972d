namespace AdmissionControl.Simulation.Arms;

/// <summary>An arm that counts what is in flight for itself, admits while that is below its limit, and learns from each request that ends.</summary>
internal abstract class CountingArm : Arm
{
    private int _inFlight;

    public sealed override int InFlight => _inFlight;

    public sealed override bool TryAdmit(long now, RequestPriority priority, ref Admission admission)
    {
        if (!HasRoom(now))
        {
            return false;
        }

        _inFlight++;
        Started(now);
        return true;
    }

    public sealed override void Complete(long now, in Admission admission, AdmissionOutcome outcome)
    {
        _inFlight--;
        Learn(now, admission, outcome);
    }

    /// <summary>Whether one more may start.</summary>
    protected virtual bool HasRoom(long now) => _inFlight < (int)Limit;

    /// <summary>A request has started and is counted.</summary>
    protected virtual void Started(long now)
    {
    }

    /// <summary>A request has ended and is no longer counted.</summary>
    protected abstract void Learn(long now, in Admission admission, AdmissionOutcome outcome);
}
