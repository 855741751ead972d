using System.Globalization;

namespace AdmissionControl.Simulation.Commands;

/// <summary>Which random plants to run, and with which arms.</summary>
internal sealed record PlantsOptions
{
    private const int MostPlants = 100_000;
    private const int HashDigits = 8;

    public static string Usage { get; } =
        $"""
          plants  runs arms on random plants, one run each
            --seed S                     the generator's seed, 0 to {int.MaxValue} (1)
            --held-out --commit HASH     instead of --seed: a seed that a commit's hash decides
            --count N                    how many plants, 1 to {MostPlants} (200)
            --arms a,b                   names of arms; all when absent
            --out FOLDER                 writes plants.csv and plants.md there
            --cache FOLDER               keeps what the oracle found there, and finds it again
        """;

    public required IReadOnlyList<string> Arms { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>Whether the seed comes from a commit, so that nobody has chosen it.</summary>
    public bool IsHeldOut { get; init; }

    public int Count { get; init; } = 200;

    /// <summary>The folder of the files; none when absent.</summary>
    public string? Out { get; init; }

    /// <summary>Where the oracle's findings are kept; nowhere when absent.</summary>
    public string? Cache { get; init; }

    /// <exception cref="UsageException">An argument is none, or out of its range.</exception>
    public static PlantsOptions Parse(IEnumerable<string> arguments, IEnumerable<string> knownArms)
    {
        string[] known = [.. knownArms];
        PlantsOptions options = new() { Arms = known };
        int? seed = null;
        int? commit = null;
        Arguments rest = new("plants", arguments);
        while (rest.MoveNext())
        {
            switch (rest.Option)
            {
                case "--seed":
                    seed = rest.Integer(0, int.MaxValue);
                    break;
                case "--held-out":
                    options = options with { IsHeldOut = true };
                    break;
                case "--commit":
                    commit = SeedOf(rest.Value());
                    break;
                case "--count":
                    options = options with { Count = rest.Integer(1, MostPlants) };
                    break;
                case "--arms":
                    options = options with { Arms = rest.Arms(known) };
                    break;
                case "--out":
                    options = options with { Out = rest.Folder() };
                    break;
                case "--cache":
                    options = options with { Cache = rest.Folder() };
                    break;
                default:
                    throw rest.Unknown("--seed", "--held-out", "--commit", "--count", "--arms", "--out", "--cache");
            }
        }

        if (options.IsHeldOut != commit is not null)
        {
            throw new UsageException("--held-out and --commit HASH go together: the hash decides the seed.");
        }

        if (options.IsHeldOut && seed is not null)
        {
            throw new UsageException($"--seed is {seed} beside --held-out; allowed is either of the two, because nobody chooses what is held out.");
        }

        return options with { Seed = commit ?? seed ?? options.Seed };
    }

    private static int SeedOf(string hash) =>
        hash.Length >= HashDigits && hash.All(char.IsAsciiHexDigit)
            ? (int)(uint.Parse(hash[..HashDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & int.MaxValue)
            : throw new UsageException($"--commit is '{hash}'; allowed is a commit's hash of {HashDigits} hexadecimal digits or more.");
}
