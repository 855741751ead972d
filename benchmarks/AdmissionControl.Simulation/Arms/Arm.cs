namespace AdmissionControl.Simulation.Arms;

/// <summary>What decides at the door: a shipped controller, or a published limiter made from its formulas.</summary>
internal abstract class Arm : IDisposable
{
    /// <summary>The limit in force; infinite when there is none.</summary>
    public abstract double Limit { get; }

    /// <summary>Requests in flight.</summary>
    public abstract int InFlight { get; }

    /// <summary>Admits a request now or refuses it.</summary>
    public abstract bool TryAdmit(long now, RequestPriority priority, ref Admission admission);

    /// <summary>Tells how an admitted request ended.</summary>
    public abstract void Complete(long now, in Admission admission, AdmissionOutcome outcome);

    public virtual void Dispose()
    {
    }
}
