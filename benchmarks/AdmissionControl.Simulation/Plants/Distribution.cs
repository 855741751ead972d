using System.Text.Json.Serialization;
using MathNet.Numerics.Distributions;

namespace AdmissionControl.Simulation.Plants;

/// <summary>A distribution of times, in seconds.</summary>
internal sealed record Distribution
{
    /// <summary>What shape.</summary>
    public DistributionKind Kind { get; init; } = DistributionKind.Lognormal;

    /// <summary>The mean, seconds.</summary>
    public double Mean { get; init; }

    /// <summary>The coefficient of variation of a lognormal, or the shape (tail index) of a Pareto, above 1.</summary>
    public double Shape { get; init; } = 1;

    /// <summary>Of a bimodal: the share of the long ones.</summary>
    public double LongShare { get; init; }

    /// <summary>Of a bimodal: how long the long ones are, seconds. The short ones follow from the mean.</summary>
    public double Long { get; init; }

    [JsonIgnore]
    public bool IsZero => Mean <= 0;

    public double Sample(Random random)
    {
        if (IsZero)
        {
            return 0;
        }

        switch (Kind)
        {
            case DistributionKind.Constant:
                return Mean;
            case DistributionKind.Exponential:
                return Exponential.Sample(random, 1 / Mean);
            case DistributionKind.Lognormal:
                double variance = Math.Log(1 + (Shape * Shape));
                return LogNormal.Sample(random, Math.Log(Mean) - (variance / 2), Math.Sqrt(variance));
            case DistributionKind.Pareto:
                return Pareto.Sample(random, Mean * (Shape - 1) / Shape, Shape);
            default:
                double shortOnes = (Mean - (LongShare * Long)) / (1 - LongShare);
                return random.NextDouble() < LongShare ? Long : shortOnes;
        }
    }

    public void Check(string where)
    {
        bool isShapeGood = Kind switch
        {
            DistributionKind.Pareto => Shape > 1,
            DistributionKind.Lognormal => Shape > 0,
            DistributionKind.Bimodal => LongShare is > 0 and < 1 && Long > 0 && Mean > LongShare * Long,
            _ => true,
        };
        if (!(Mean >= 0 && Mean <= 3600) || !isShapeGood)
        {
            throw new FormatException($"{where}: a {Kind} distribution with mean {Mean} s, shape {Shape}, long share {LongShare} and long {Long} s is none; the mean must be from 0 to 3600 s, a Pareto's shape above 1, and of a bimodal the share x length of the long ones below the mean.");
        }
    }
}
