using AdmissionControl.Simulation.Plants;

namespace AdmissionControl.Simulation.Scenarios;

/// <summary>One station of a service as a scenario's file describes it.</summary>
internal sealed record StageSpec
{
    public StageKind Kind { get; init; }

    /// <summary>How many it serves at once; of a delay: no limit.</summary>
    public int Cores { get; init; } = 16;

    /// <summary>How long it serves one.</summary>
    public required Distribution Service { get; init; }

    /// <summary>The congestion tax: service lasts longer by this share for each request a core above two a core. It stands for cache misses, locks and collections.</summary>
    public double Tax { get; init; }

    /// <summary>Whether it runs on the thread pool that the host's witness watches.</summary>
    public bool IsHost { get; init; }

    /// <summary>What it can serve, a second.</summary>
    public double Capacity(Phase phase) =>
        Kind == StageKind.Delay ? double.PositiveInfinity : (phase.Cores ?? Cores) / (Service.Mean * phase.ServiceFactor);

    public void Check(string where)
    {
        Allowed.Number(where + "cores", Cores, 1, 100_000);
        Allowed.Number(where + "tax", Tax, 0, 10);
        Service.Check(where + "service.");
        if (Kind != StageKind.Delay)
        {
            if (Service.IsZero)
            {
                throw new FormatException($"{where}service.mean is absent or 0; allowed is from {Allowed.Text(1e-6)} to {Allowed.Text(Distribution.LongestMean)} s.");
            }

            Allowed.Number(where + "service.mean", Service.Mean, 1e-6, Distribution.LongestMean, "s");
        }
        else if (Tax != 0)
        {
            throw new FormatException($"{where}tax is {Allowed.Text(Tax)}; a delay has no cores that could be crowded, so that only a stage with cores has a tax.");
        }
        else if (IsHost)
        {
            throw new FormatException($"{where}isHost is true; a delay has no thread pool, so that only a stage with cores may be the host.");
        }
    }
}
