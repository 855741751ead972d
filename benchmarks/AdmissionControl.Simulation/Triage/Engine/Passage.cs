using AdmissionControl.Simulation.Plants;

namespace AdmissionControl.Simulation.Triage.Engine;

/// <summary>One attempt on its way through the services. <see cref="Request.Stage"/> counts those that it has behind it.</summary>
internal sealed class Passage(Caller caller) : Request
{
    public Caller Caller { get; } = caller;

    /// <summary>What ends its wait, while it waits.</summary>
    public CancellationTokenSource? Waiting { get; set; }

    /// <summary>Whether a service works on it or keeps it in line for that.</summary>
    public bool IsInService { get; set; }

    /// <summary>Whether it was refused, answered or dropped: nothing more comes of it.</summary>
    public bool IsOver { get; set; }

    /// <summary>The service that it is at.</summary>
    public int Service => Caller.Source.Stream.FirstService + Stage;
}
