using AdmissionControl.Simulation.Checking;

namespace AdmissionControl.Simulation.Commands;

/// <summary>What to check, and against what.</summary>
internal sealed record CheckOptions
{
    public static string Usage { get; } =
        """
          check   runs the default and the mutants on the shipped scenarios; fails when a figure is worse than the golden one
            --short                      a few scenarios and seeds
            --held-out                   and the scenarios that are held out
            --default-only               the default alone, and no mutant
            --update                     rewrites the golden figures of what was run
            --golden FILE                those figures; benchmarks/results/simulation/golden.csv of the checkout when absent
            --out FOLDER                 writes CSV files and a report there
            --cache FOLDER               keeps what the oracle found there, and finds it again
        """;

    public bool IsShort { get; init; }

    public bool HasHeldOut { get; init; }

    /// <summary>Whether the mutants are left out: no change of the law changes them.</summary>
    public bool IsDefaultOnly { get; init; }

    public bool IsUpdate { get; init; }

    /// <summary>The golden file.</summary>
    public required string Golden { get; init; }

    /// <summary>The folder of the files; none when absent.</summary>
    public string? Out { get; init; }

    /// <summary>Where the oracle's findings are kept; nowhere when absent.</summary>
    public string? Cache { get; init; }

    /// <exception cref="UsageException">An argument is none, or there is no checkout to find the golden file in.</exception>
    public static CheckOptions Parse(IEnumerable<string> arguments)
    {
        CheckOptions options = new() { Golden = "" };
        Arguments rest = new("check", arguments);
        while (rest.MoveNext())
        {
            options = rest.Option switch
            {
                "--short" => options with { IsShort = true },
                "--held-out" => options with { HasHeldOut = true },
                "--default-only" => options with { IsDefaultOnly = true },
                "--update" => options with { IsUpdate = true },
                "--golden" => options with { Golden = rest.Value() },
                "--out" => options with { Out = rest.Folder() },
                "--cache" => options with { Cache = rest.Folder() },
                _ => throw rest.Unknown("--short", "--held-out", "--default-only", "--update", "--golden", "--out", "--cache"),
            };
        }

        return options.Golden.Length > 0 ? options : options with { Golden = Path.Combine(Checkout.Find(), GoldenFile.CommittedPath) };
    }
}
