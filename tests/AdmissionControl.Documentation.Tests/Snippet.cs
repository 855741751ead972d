using System.Text.RegularExpressions;

namespace AdmissionControl.Documentation.Tests;

/// <summary>One block of C# on a page of the documentation.</summary>
internal sealed partial record Snippet(string Page, int Line, string Code)
{
    /// <summary>All blocks of all pages, the README's included.</summary>
    public static IReadOnlyList<Snippet> All { get; } = [.. Repository.Pages.SelectMany(In)];

    private static IEnumerable<Snippet> In(string page)
    {
        string text = File.ReadAllText(page).ReplaceLineEndings("\n");
        return Block().Matches(text).Select(match => new Snippet(
            Path.GetRelativePath(Repository.Root, page), text[..match.Groups["code"].Index].Count(c => c == '\n') + 1, match.Groups["code"].Value));
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
