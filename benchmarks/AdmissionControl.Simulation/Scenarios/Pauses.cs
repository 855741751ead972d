namespace AdmissionControl.Simulation.Scenarios;

/// <summary>The world stops again and again, as for a garbage collection. What arrives meanwhile is seen at the end.</summary>
internal sealed record Pauses
{
    /// <summary>Seconds from one to the next.</summary>
    public required double Every { get; init; }

    /// <summary>How long, seconds.</summary>
    public required double Duration { get; init; }

    public void Check(string where)
    {
        Allowed.Number(where + "every", Every, 0.001, 1_000_000, "s");
        Allowed.Number(where + "duration", Duration, 0.0001, Every * 0.99, "s");
    }
}
