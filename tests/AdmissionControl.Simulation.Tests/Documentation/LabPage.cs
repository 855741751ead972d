using System.Text.RegularExpressions;

namespace AdmissionControl.Simulation.Tests.Documentation;

/// <summary>The page docs/lab.md, and the examples that it leads to.</summary>
internal static partial class LabPage
{
    private static readonly string Docs = Path.Combine(FindRepository(), "docs");

    public static string Text { get; } = File.ReadAllText(Path.Combine(Docs, "lab.md")).ReplaceLineEndings("\n");

    public static string Examples { get; } = Path.Combine(Docs, "examples");

    /// <summary>What stands under a heading, up to the next of any level.</summary>
    public static string Section(string heading) => Headings().Split(Text).Single(part => part.StartsWith($"{heading}\n", StringComparison.Ordinal));

    /// <summary>The first cells of the rows of a section's table, those that hold code.</summary>
    public static string[] Terms(string section) =>
        [.. FirstCells().Matches(section).SelectMany(cell => Code().Matches(cell.Value)).Select(term => term.Groups["term"].Value)];

    /// <summary>The blocks of JSON that a comment calls a copy of a file: the file's name and the text.</summary>
    public static (string File, string Json)[] Copies() =>
        [.. Copy().Matches(Text).Select(copy => (copy.Groups["file"].Value, copy.Groups["json"].Value))];

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AdmissionControl.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }

    [GeneratedRegex("^#+ ", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"^\| [^|]*`[^|]* \|", RegexOptions.Multiline)]
    private static partial Regex FirstCells();

    [GeneratedRegex("`(?<term>[^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"<!-- docs/examples/(?<file>[^ ]+) -->\n```json\n(?<json>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Copy();
}
