using System.Globalization;
using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Oracles;

/// <summary>Keeps an oracle's findings in files, because finding them takes ten times as long as what is measured against them.</summary>
/// <param name="inner">Finds what is not kept yet.</param>
/// <param name="folder">Where they are kept. Several processes may share it.</param>
internal sealed class OracleCache(IOracle inner, string folder) : IOracle
{
    /// <inheritdoc/>
    public double[] GoodputPerPhase(Scenario scenario, int seed)
    {
        string path = Path.Combine(folder, OracleKey.Of(scenario, seed) + ".txt");
        if (Read(path, scenario.Phases.Count) is { } kept)
        {
            return kept;
        }

        double[] found = inner.GoodputPerPhase(scenario, seed);
        Write(path, found);
        return found;
    }

    /// <summary>What is kept there; null when it is nothing, or not whole.</summary>
    private static double[]? Read(string path, int phases)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        double[] rates =
        [
            .. File.ReadAllLines(path).Select(line =>
                double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) ? rate : double.NaN),
        ];
        return rates.Length == phases && Array.TrueForAll(rates, double.IsFinite) ? rates : null;
    }

    /// <summary>Under a name of its own first, so that nobody reads half of it.</summary>
    private static void Write(string path, double[] rates)
    {
        string half = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllLines(half, rates.Select(rate => rate.ToString("R", CultureInfo.InvariantCulture)));
        File.Move(half, path, overwrite: true);
    }
}
