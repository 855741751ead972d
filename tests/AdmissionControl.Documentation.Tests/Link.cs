using System.Text.RegularExpressions;

namespace AdmissionControl.Documentation.Tests;

/// <summary>One link of a page to another file of the repository. Where in that file it leads is not kept.</summary>
internal sealed partial record Link(string Page, int Line, string Target)
{
    /// <summary>All of all pages.</summary>
    public static IReadOnlyList<Link> All { get; } = [.. Repository.Pages.SelectMany(page => In(page, File.ReadAllText(page)))];

    /// <summary>Whether the file, or the folder, is there.</summary>
    public bool LeadsSomewhere =>
        Path.Exists(Path.GetFullPath(Uri.UnescapeDataString(Target), Path.GetDirectoryName(Path.GetFullPath(Page, Repository.Root))!));

    /// <summary>Links and images, in line and by reference. What looks like one in code is none.</summary>
    public static IEnumerable<Link> In(string page, string text)
    {
        // As many characters, so that the lines stay what they are.
        string prose = Code().Replace(text.ReplaceLineEndings("\n"), code => NotLineEnd().Replace(code.Value, " "));
        return Place().Matches(prose)
            .Where(match => !Scheme().IsMatch(match.Groups["target"].Value))
            .Select(match => new Link(Path.GetRelativePath(Repository.Root, page), prose[..match.Index].Count(c => c == '\n') + 1, match.Groups["target"].Value));
    }

    public override string ToString() => $"{Page}:{Line} -> {Target}";

    [GeneratedRegex(@"^ *```.*?^ *```|`[^`\n]+`", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex(@"[^\n]")]
    private static partial Regex NotLineEnd();

    [GeneratedRegex(@"(\]\(|^\[[^\]\n]+\]: *)<?(?<target>[^)\s#>]+)", RegexOptions.Multiline)]
    private static partial Regex Place();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.-]*:")]
    private static partial Regex Scheme();
}
