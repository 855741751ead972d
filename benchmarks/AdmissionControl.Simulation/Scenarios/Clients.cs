namespace AdmissionControl.Simulation.Scenarios;

/// <summary>How clients behave.</summary>
internal sealed record Clients
{
    /// <summary>How long they wait for an answer before they give up, seconds; for ever when absent.</summary>
    public double? Deadline { get; init; }

    /// <summary>Whether the server notices and drops the work.</summary>
    public bool Cancels { get; init; }

    /// <summary>How often they try again after a refusal or a missed deadline.</summary>
    public int Retries { get; init; }

    /// <summary>The mean wait before the first retry, seconds; it doubles each time, and is drawn from half to one and a half of it.</summary>
    public double Backoff { get; init; } = 0.1;

    public void Check(string where)
    {
        Allowed.Number(where + "deadline", Deadline, 0.001, 3600, "s");
        Allowed.Number(where + "retries", Retries, 0, 20);
        Allowed.Number(where + "backoff", Backoff, 0, 3600, "s");
        if (Cancels && Deadline is null)
        {
            throw new FormatException($"{where}cancels is true without a {where}deadline, so that nobody would ever cancel.");
        }
    }
}
