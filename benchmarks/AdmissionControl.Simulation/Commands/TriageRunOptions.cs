using AdmissionControl.Simulation.Triage.Arms;
using AdmissionControl.Simulation.Triage.Checking;
using AdmissionControl.Simulation.Triage.Scenarios;

namespace AdmissionControl.Simulation.Commands;

/// <summary>Which triage scenarios to run, with which arms.</summary>
internal sealed record TriageRunOptions
{
    private const int MostSeeds = 1000;

    public static string Usage { get; } =
        $"""
          triage  runs overload with priorities, floods and probes; fails when the shipped triage misses a goal
            --scenario FILE|NAME         a triage scenario's file, or the name of a shipped one; all shipped when absent
            --arms a,b                   names of arms; those of each scenario when absent
            --seeds N                    how many seeds, 1 to {MostSeeds}; as many as the scenario says when absent
            --short                      a form that takes seconds
            --check                      fails, too, when a figure of a goal is worse than the golden one
            --update                     rewrites the golden figures of what was run
            --golden FILE                those figures; benchmarks/results/simulation/triage-golden.csv of the checkout when absent
            --out FOLDER                 writes triage.csv, triage.md and pictures there
        """;

    public required IReadOnlyList<TriageScenario> Scenarios { get; init; }

    /// <summary>The arms, of those that a scenario names; all of them when absent.</summary>
    public IReadOnlyList<string>? Arms { get; init; }

    public bool IsShort { get; init; }

    public bool IsCheck { get; init; }

    public bool IsUpdate { get; init; }

    /// <summary>The golden file; null when nothing is compared.</summary>
    public string? Golden { get; init; }

    /// <summary>The folder of the files; none when absent.</summary>
    public string? Out { get; init; }

    /// <exception cref="UsageException">An argument is none, or out of its range.</exception>
    /// <exception cref="FormatException">A scenario's file is bad.</exception>
    public static TriageRunOptions Parse(IEnumerable<string> arguments)
    {
        string? scenario = null;
        int? seeds = null;
        TriageRunOptions options = new() { Scenarios = [] };
        Arguments rest = new("triage", arguments);
        while (rest.MoveNext())
        {
            switch (rest.Option)
            {
                case "--scenario":
                    scenario = rest.Value();
                    break;
                case "--arms":
                    options = options with { Arms = rest.Arms([.. TriageArms.All.Select(arm => arm.Name)]) };
                    break;
                case "--seeds":
                    seeds = rest.Integer(1, MostSeeds);
                    break;
                case "--short":
                    options = options with { IsShort = true };
                    break;
                case "--check":
                    options = options with { IsCheck = true };
                    break;
                case "--update":
                    options = options with { IsUpdate = true };
                    break;
                case "--golden":
                    options = options with { Golden = rest.Value() };
                    break;
                case "--out":
                    options = options with { Out = rest.Folder() };
                    break;
                default:
                    throw rest.Unknown("--scenario", "--arms", "--seeds", "--short", "--check", "--update", "--golden", "--out");
            }
        }

        if (options is { Golden: not null, IsCheck: false, IsUpdate: false })
        {
            throw new UsageException("--golden needs --check or --update, or nothing is compared.");
        }

        if (options.Golden is null && (options.IsCheck || options.IsUpdate))
        {
            options = options with { Golden = Path.Combine(Checkout.Find(), TriageGolden.CommittedPath) };
        }

        IEnumerable<TriageScenario> scenarios = Find(scenario);
        scenarios = options.IsShort ? TriageShortForm.Of(scenarios) : scenarios;
        return options with { Scenarios = [.. scenarios.Select(one => seeds is { } given ? one with { Seeds = given } : one)] };
    }

    private static IReadOnlyList<TriageScenario> Find(string? value)
    {
        if (value is null)
        {
            return TriageFile.LoadShipped();
        }

        if (File.Exists(value))
        {
            return TriageFile.Load(value);
        }

        IReadOnlyList<TriageScenario> shipped = TriageFile.LoadShipped();
        return shipped.Where(scenario => scenario.Name == value).ToArray() is { Length: > 0 } found
            ? found
            : throw new UsageException(
                $"--scenario is '{value}'; allowed is a file or one of {string.Join(", ", shipped.Select(scenario => scenario.Name).Distinct())}.");
    }
}
