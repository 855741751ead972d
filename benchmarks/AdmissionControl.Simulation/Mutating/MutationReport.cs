using System.Globalization;
using System.Text;
using AdmissionControl.Simulation.Reporting;

namespace AdmissionControl.Simulation.Mutating;

/// <summary>Which mutations were caught, as a page.</summary>
internal static class MutationReport
{
    public const string Page = "mutations.md";

    public static string Of(IReadOnlyList<MutationResult> results)
    {
        StringBuilder page = new();
        page.Append("# Mutations of the law\n\n");
        page.Append("One token of the default law's source is changed, and `check` is run: the short form first, the whole one when that sees nothing. ");
        page.Append("`mutate` makes this page.\n\n").Append(Total(results)).Append("\n\n");
        Markdown.AddRow(page, ["mutation", "from", "to", "verdict", "how"]);
        Markdown.AddRow(page, ["---", "---", "---", "---", "---"]);
        foreach (MutationResult result in results)
        {
            Mutation mutation = result.Mutation;
            Markdown.AddRow(page, [mutation.Name, Code(mutation.Old), Code(mutation.New), result.IsCaught ? "caught" : "**survived**", result.How]);
        }

        MutationResult[] survivors = [.. results.Where(result => !result.IsCaught)];
        if (survivors.Length > 0)
        {
            page.Append("\n## Survivors\n\n");
            foreach (MutationResult survivor in survivors)
            {
                page.Append("- ").Append(survivor.Mutation.Name).Append(": ").Append(survivor.Mutation.Harmless ?? "not explained yet").Append(".\n");
            }
        }

        return page.ToString();
    }

    public static string Total(IReadOnlyList<MutationResult> results)
    {
        int caught = results.Count(result => result.IsCaught);
        return string.Create(CultureInfo.InvariantCulture, $"{caught} of {results.Count} caught, {Figures.Percent((double)caught / results.Count)}%.");
    }

    /// <summary>In one line of a table.</summary>
    private static string Code(string text)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return $"`{line.Replace("|", "\\|", StringComparison.Ordinal)}`";
    }
}
