using AdmissionControl.Simulation.Arms;

namespace AdmissionControl.Simulation.Plants;

/// <summary>One attempt of a client, from its arrival at the gate until it is answered, given up or refused. Pooled.</summary>
internal class Request
{
    /// <summary>When it arrived, nanoseconds.</summary>
    public long ArrivedAt;

    /// <summary>How many attempts of its client came before.</summary>
    public int Attempt;

    /// <summary>What each stage asks of it, seconds; drawn at arrival, so that every arm sees the same.</summary>
    public readonly double[] Work = new double[Plant.MostStages];

    /// <summary>How important it is.</summary>
    public RequestPriority Priority;

    /// <summary>Which stage it is at.</summary>
    public int Stage;

    /// <summary>Counts its lives and the events that are still right for it: an event with another number is stale.</summary>
    public int Version;

    /// <summary>Whether it left a queue in which it still stands.</summary>
    public bool IsGone;

    /// <summary>Whether its client has given up.</summary>
    public bool IsAbandoned;

    /// <summary>The total pause of the world when its service was last planned.</summary>
    public long PauseMark;

    /// <summary>What the arm needs to know when it ends.</summary>
    public Admission Admission;
}
