namespace AdmissionControl.Simulation.Scenarios;

/// <summary>Correlated bursts: a Markov-modulated Poisson process that multiplies the load while it is on.</summary>
internal sealed record Bursts
{
    /// <summary>How many times the load while on.</summary>
    public required double Factor { get; init; }

    /// <summary>The mean length of a burst, seconds, exponential.</summary>
    public required double MeanOn { get; init; }

    /// <summary>The mean time between two, seconds, exponential.</summary>
    public required double MeanOff { get; init; }

    public void Check(string where)
    {
        Allowed.Number(where + "factor", Factor, 1.001, 1000);
        Allowed.Number(where + "meanOn", MeanOn, 0.001, 1_000_000, "s");
        Allowed.Number(where + "meanOff", MeanOff, 0.001, 1_000_000, "s");
    }
}
