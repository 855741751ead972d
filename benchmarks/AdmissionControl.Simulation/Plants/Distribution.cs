using System.Text.Json.Serialization;
using AdmissionControl.Simulation.Scenarios;
using MathNet.Numerics.Distributions;

namespace AdmissionControl.Simulation.Plants;

/// <summary>A distribution of times, in seconds.</summary>
internal sealed record Distribution
{
    public const double LongestMean = 3600;

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
        Allowed.Number(where + "mean", Mean, 0, LongestMean, "s");
        CheckForeign(where);
        switch (Kind)
        {
            case DistributionKind.Lognormal:
                Allowed.Number(where + "shape", Shape, 0.001, 100);
                break;
            case DistributionKind.Pareto:
                Allowed.Number(where + "shape", Shape, 1.01, 100);
                break;
            case DistributionKind.Bimodal:
                Present(where + "longShare", LongShare);
                Present(where + "long", Long);
                Allowed.Number(where + "longShare", LongShare, 1e-6, 1 - 1e-6);
                // Longer, and nothing would be left for the short ones.
                Allowed.Number(where + "long", Long, Mean, Mean / LongShare, "s");
                break;
        }
    }

    /// <summary>Refuses what belongs to another shape and would change nothing.</summary>
    private void CheckForeign(string where)
    {
        if (Shape != 1 && Kind is not (DistributionKind.Lognormal or DistributionKind.Pareto))
        {
            throw new FormatException($"{where}shape is {Allowed.Text(Shape)}; only a lognormal and a pareto have one.");
        }

        if ((LongShare != 0 || Long != 0) && Kind != DistributionKind.Bimodal)
        {
            throw new FormatException($"{where}{(LongShare != 0 ? "longShare" : "long")} is {Allowed.Text(LongShare != 0 ? LongShare : Long)}; only a bimodal has one.");
        }
    }

    private static void Present(string property, double value)
    {
        if (value == 0)
        {
            throw new FormatException($"{property} is absent or 0; a bimodal needs longShare and long.");
        }
    }
}
