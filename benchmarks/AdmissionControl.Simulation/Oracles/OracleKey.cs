using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Oracles;

/// <summary>Names all that the oracle's findings depend on.</summary>
internal static class OracleKey
{
    // To be raised with every change that moves the oracle's figures: of the engine, the plants, the draws, the search or the shipped controller.
    private const int Version = 2;

    /// <summary>The same for scenarios that differ in nothing that the oracle meets: neither what they are called nor where an arm begins.</summary>
    public static string Of(Scenario scenario, int seed)
    {
        Scenario met = scenario with { Name = "", Description = "", IsHeldOut = false, InitialLimit = 1, Seeds = 1 };
        string text = string.Create(CultureInfo.InvariantCulture, $"{Version} {seed} {ScenarioFile.Write(met)}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
