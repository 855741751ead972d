using System.Globalization;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Commands;

/// <summary>What to run.</summary>
internal sealed record RunOptions
{
    private const int MostSeeds = 1000;
    private const int HighestOffset = 1_000_000;

    public static string Usage { get; } =
        $"""
          run     runs scenarios with arms and compares them
            --scenario FILE|FOLDER|NAME  a scenario's file, a folder of them, or the name of a shipped one; all shipped when absent
            --arms a,b                   names of arms; all when absent
            --seeds N                    how many seeds, 1 to {MostSeeds}; as many as the scenario says when absent
            --seed-offset K              seeds K + 1 to K + N, K from 0 to {HighestOffset} (0)
            --out FOLDER                 writes CSV files and a report there
            --plots                      and pictures, too
        """;

    public required IReadOnlyList<Scenario> Scenarios { get; init; }

    public required IReadOnlyList<string> Arms { get; init; }

    /// <summary>How many seeds; as many as each scenario says when absent.</summary>
    public int? Seeds { get; init; }

    public int SeedOffset { get; init; }

    /// <summary>The folder of the files; none when absent.</summary>
    public string? Out { get; init; }

    public bool HasPlots { get; init; }

    /// <exception cref="UsageException">An argument is none, or out of its range.</exception>
    /// <exception cref="FormatException">A scenario's file is bad.</exception>
    public static RunOptions Parse(IEnumerable<string> arguments, IEnumerable<string> knownArms)
    {
        string[] known = [.. knownArms];
        string? scenario = null;
        RunOptions options = new() { Scenarios = [], Arms = known };
        Queue<string> rest = new(arguments);
        while (rest.TryDequeue(out string? name))
        {
            switch (name)
            {
                case "--scenario":
                    scenario = Value(name, rest);
                    break;
                case "--arms":
                    options = options with { Arms = ParseArms(Value(name, rest), known) };
                    break;
                case "--seeds":
                    options = options with { Seeds = Integer(name, Value(name, rest), 1, MostSeeds) };
                    break;
                case "--seed-offset":
                    options = options with { SeedOffset = Integer(name, Value(name, rest), 0, HighestOffset) };
                    break;
                case "--out":
                    options = options with { Out = Value(name, rest) };
                    break;
                case "--plots":
                    options = options with { HasPlots = true };
                    break;
                default:
                    throw new UsageException(
                        $"'{name}' is no option of run; allowed are --scenario, --arms, --seeds, --seed-offset, --out and --plots.");
            }
        }

        if (options.HasPlots && options.Out is null)
        {
            throw new UsageException("--plots needs --out FOLDER, where the pictures go.");
        }

        return options with { Scenarios = FindScenarios(scenario) };
    }

    private static string Value(string option, Queue<string> rest) =>
        rest.TryDequeue(out string? value) && !value.StartsWith("--", StringComparison.Ordinal)
            ? value
            : throw new UsageException($"{option} needs a value.");

    private static string[] ParseArms(string value, string[] known)
    {
        string[] arms = value.Split(',', StringSplitOptions.TrimEntries);
        foreach (string arm in arms)
        {
            if (!known.Contains(arm))
            {
                throw new UsageException($"--arms has '{arm}'; allowed are {string.Join(", ", known)}, with commas between.");
            }
        }

        return [.. arms.Distinct()];
    }

    private static int Integer(string option, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{option} is '{value}'; allowed is a whole number from {least} to {most}.");

    private static IReadOnlyList<Scenario> FindScenarios(string? value)
    {
        if (value is null)
        {
            return ShippedScenarios.Load();
        }

        if (Directory.Exists(value))
        {
            return ScenarioFile.LoadFolder(value);
        }

        if (File.Exists(value))
        {
            return [ScenarioFile.Load(value)];
        }

        return ShippedScenarios.Load().FirstOrDefault(scenario => scenario.Name == value) is { } shipped
            ? [shipped]
            : throw new UsageException($"--scenario is '{value}'; allowed is a file, a folder of files *.json, or a name that `list` shows.");
    }
}
