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
            --cache FOLDER               keeps what the oracle found there, and finds it again
        """;

    public required IReadOnlyList<Scenario> Scenarios { get; init; }

    public required IReadOnlyList<string> Arms { get; init; }

    /// <summary>How many seeds; as many as each scenario says when absent.</summary>
    public int? Seeds { get; init; }

    public int SeedOffset { get; init; }

    /// <summary>The folder of the files; none when absent.</summary>
    public string? Out { get; init; }

    public bool HasPlots { get; init; }

    /// <summary>Where the oracle's findings are kept; nowhere when absent.</summary>
    public string? Cache { get; init; }

    /// <exception cref="UsageException">An argument is none, or out of its range.</exception>
    /// <exception cref="FormatException">A scenario's file is bad.</exception>
    public static RunOptions Parse(IEnumerable<string> arguments, IEnumerable<string> knownArms)
    {
        string[] known = [.. knownArms];
        string? scenario = null;
        RunOptions options = new() { Scenarios = [], Arms = known };
        Arguments rest = new("run", arguments);
        while (rest.MoveNext())
        {
            switch (rest.Option)
            {
                case "--scenario":
                    scenario = rest.Value();
                    break;
                case "--arms":
                    options = options with { Arms = rest.Arms(known) };
                    break;
                case "--seeds":
                    options = options with { Seeds = rest.Integer(1, MostSeeds) };
                    break;
                case "--seed-offset":
                    options = options with { SeedOffset = rest.Integer(0, HighestOffset) };
                    break;
                case "--out":
                    options = options with { Out = rest.Folder() };
                    break;
                case "--plots":
                    options = options with { HasPlots = true };
                    break;
                case "--cache":
                    options = options with { Cache = rest.Folder() };
                    break;
                default:
                    throw rest.Unknown("--scenario", "--arms", "--seeds", "--seed-offset", "--out", "--plots", "--cache");
            }
        }

        if (options.HasPlots && options.Out is null)
        {
            throw new UsageException("--plots needs --out FOLDER, where the pictures go.");
        }

        return options with { Scenarios = FindScenarios(scenario) };
    }

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
