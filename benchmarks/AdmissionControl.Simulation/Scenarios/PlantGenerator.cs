using AdmissionControl.Simulation.Plants;

namespace AdmissionControl.Simulation.Scenarios;

/// <summary>
/// Draws random services and loads from a seed: 2 to 64 cores, 2 ms to 2 s, in order of arrival or shared, light and heavy tails, with and without pure delay,
/// load from 0.5 to 5, initial limits from 1 to 1000, on the host's pool or behind it. What a plant is depends on the seed and its number alone.
/// </summary>
internal static class PlantGenerator
{
    private const int Completions = 20_000;

    public static Scenario Draw(int seed, int number)
    {
        Random random = Draws.Of(seed, 1000 + number);
        int cores = (int)Math.Round(Between(random, 2, 64));
        double mean = Between(random, 0.002, 2);
        Distribution service = DrawService(random, mean);
        double delay = Pick(random, 0, 0, 0, 0.5, 1, 4) * mean;
        bool isShared = random.NextDouble() < 0.3;
        bool isHost = random.NextDouble() < 0.7;
        double tax = Pick(random, 0, 0.02);
        double load = Between(random, 0.5, 5);
        double warmth = random.NextDouble();
        int initial = (int)Math.Round(Between(random, 1, 1000));
        double objective = Between(random, 6, 20) * (mean + delay);
        double capacity = cores / mean;
        double leadIn = Math.Max(10, 20 * (mean + delay));
        var phases = new List<Phase>();
        if (warmth < 0.5)
        {
            // Half of them meet a quiet time first.
            phases.Add(new Phase { Load = 0.3 + (0.5 * random.NextDouble()), Duration = leadIn + (1000 / capacity) });
        }

        phases.Add(new Phase { Load = load, Duration = leadIn + (1.05 * Completions / (capacity * Math.Min(1, load))) });
        var stages = new List<StageSpec>();
        if (delay > 0)
        {
            stages.Add(new StageSpec { Kind = StageKind.Delay, Service = new Distribution { Kind = DistributionKind.Exponential, Mean = delay } });
        }

        stages.Add(new StageSpec { Kind = isShared ? StageKind.Shared : StageKind.Fifo, Cores = cores, Service = service, Tax = tax, IsHost = isHost });
        return new Scenario
        {
            Name = FormattableString.Invariant($"plant {seed}-{number}"),
            Description = FormattableString.Invariant(
                $"c={cores} {(isShared ? "PS" : "FIFO")}{(isHost ? "" : " off-host")} {service.Kind}({service.Shape:0.0}) S={mean * 1000:0.#}ms d={delay / mean:0.#}S tax={tax} load={load:0.00}{(phases.Count > 1 ? " warm" : " cold")} L0={initial} O={objective / (mean + delay):0.0}"),
            Objective = objective,
            InitialLimit = initial,
            Seeds = 1,
            Stages = stages,
            Phases = phases,
        };
    }

    private static Distribution DrawService(Random random, double mean) => random.Next(6) switch
    {
        0 => new Distribution { Kind = DistributionKind.Constant, Mean = mean },
        1 => new Distribution { Kind = DistributionKind.Exponential, Mean = mean },
        2 => new Distribution { Kind = DistributionKind.Lognormal, Mean = mean, Shape = 0.3 },
        3 => new Distribution { Kind = DistributionKind.Lognormal, Mean = mean, Shape = 1.6 },
        4 => new Distribution { Kind = DistributionKind.Pareto, Mean = mean, Shape = 1.6 + random.NextDouble() },
        _ => new Distribution { Kind = DistributionKind.Lognormal, Mean = mean, Shape = 1 },
    };

    /// <summary>Log-uniform: as likely from 2 to 4 as from 20 to 40.</summary>
    private static double Between(Random random, double low, double high) => low * Math.Exp(random.NextDouble() * Math.Log(high / low));

    private static double Pick(Random random, params double[] values) => values[random.Next(values.Length)];
}
