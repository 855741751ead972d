using AdmissionControl.Simulation.Checking;
using AdmissionControl.Simulation.Mutating;

namespace AdmissionControl.Simulation.Commands;

/// <summary>Which mutations to try, and how.</summary>
internal sealed record MutateOptions
{
    public static string Usage { get; } =
        """
          mutate  changes one token of the default law at a time, in a copy, and says whether check notices; takes minutes each
            --only TEXT                  the mutations whose names hold that text; all when absent
            --short                      the short check alone
            --out FOLDER                 where mutations.md goes; benchmarks/results/simulation of the checkout when absent
            --cache FOLDER               keeps what the oracle found there, and finds it again
        """;

    public required IReadOnlyList<Mutation> Mutations { get; init; }

    public bool IsShort { get; init; }

    /// <summary>The folder of the report.</summary>
    public required string Out { get; init; }

    /// <summary>Where the oracle's findings are kept; in a temporary folder when absent.</summary>
    public string? Cache { get; init; }

    /// <exception cref="UsageException">An argument is none, or no mutation is left.</exception>
    public static MutateOptions Parse(IEnumerable<string> arguments)
    {
        MutateOptions options = new() { Mutations = LawMutations.All, Out = "" };
        Arguments rest = new("mutate", arguments);
        while (rest.MoveNext())
        {
            options = rest.Option switch
            {
                "--only" => options with { Mutations = Only(rest.Value()) },
                "--short" => options with { IsShort = true },
                "--out" => options with { Out = rest.Folder() },
                "--cache" => options with { Cache = Path.GetFullPath(rest.Folder()) },
                _ => throw rest.Unknown("--only", "--short", "--out", "--cache"),
            };
        }

        return options.Out.Length > 0
            ? options
            : options with { Out = Path.GetDirectoryName(Path.Combine(Checkout.Find(), GoldenFile.CommittedPath))! };
    }

    private static Mutation[] Only(string text)
    {
        Mutation[] some = [.. LawMutations.All.Where(mutation => mutation.Name.Contains(text, StringComparison.OrdinalIgnoreCase))];
        return some.Length > 0
            ? some
            : throw new UsageException(
                $"--only is '{text}', which no mutation's name holds; "
                + $"they are {string.Join("; ", LawMutations.All.Select(mutation => mutation.Name))}.");
    }
}
