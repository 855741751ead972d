using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Triage.Scenarios;

/// <summary>How clients behave.</summary>
internal sealed record TriageClients
{
    /// <summary>How long they wait for an answer before they leave, seconds.</summary>
    public double Deadline { get; init; } = 0.25;

    /// <summary>Whether the server is told when they will leave; if not, it sees only that they left.</summary>
    public bool TellsDeadline { get; init; }

    /// <summary>Whether work that was begun is dropped when they leave. Waiting ends in any case.</summary>
    public bool Cancels { get; init; }

    /// <summary>How often they try, the first time included.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>The mean wait before the second attempt, seconds; it doubles each time, and is drawn from half to one and a half of it.</summary>
    public double Backoff { get; init; } = 0.1;

    public void Check(string where)
    {
        Allowed.Number(where + "deadline", Deadline, 0.001, 3600, "s");
        Allowed.Number(where + "attempts", Attempts, 1, 20);
        Allowed.Number(where + "backoff", Backoff, 0, 3600, "s");
    }
}
