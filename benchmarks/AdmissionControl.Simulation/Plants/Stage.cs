using AdmissionControl.Simulation.Engine;

namespace AdmissionControl.Simulation.Plants;

/// <summary>One station of a plant. A request that is done there goes on to the next.</summary>
internal abstract class Stage(VirtualTime time, EventQueue events)
{
    protected VirtualTime Time { get; } = time;

    protected EventQueue Events { get; } = events;

    /// <summary>Requests at the station.</summary>
    public int Population { get; protected set; }

    /// <summary>How long all cores would have been busy to do what they did so far, seconds: its growth over a while is their utilisation.</summary>
    public virtual double BusySeconds => 0;

    /// <summary>Takes a request in; an event tells when it is done.</summary>
    public abstract void Enter(Request request);

    /// <summary>The request that is done by a done event; null when the event is stale or was put off.</summary>
    public abstract Request? Finish(in Event done);

    /// <summary>Takes a request out whose client has given up.</summary>
    public abstract void Cancel(Request request);

    /// <summary>The world stops until a moment.</summary>
    public virtual void Pause(long until)
    {
    }

    /// <summary>The world goes on.</summary>
    public virtual void Resume()
    {
    }

    /// <summary>Other values from now on.</summary>
    public virtual void Change(int cores, double slowdown)
    {
    }

    /// <summary>Work that the station has to do beside its requests, such as refusing others; seconds of one core.</summary>
    public virtual void AddOverhead(double seconds)
    {
    }

    /// <summary>Posts a tiny work item, which tells when it runs.</summary>
    public virtual void PostTick(HostTicks ticks) => ticks.Ran(Time.Now);
}
