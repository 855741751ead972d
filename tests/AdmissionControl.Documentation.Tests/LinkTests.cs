namespace AdmissionControl.Documentation.Tests;

/// <summary>Every link of the documentation into the repository leads to a file that is there.</summary>
public class LinkTests
{
    [Fact]
    public void Links_OnAnyPage_LeadToAFile()
    {
        string[] broken = [.. Link.All.Where(link => !link.LeadsSomewhere).Select(link => link.ToString())];
        Assert.True(broken.Length == 0, $"These lead nowhere:\n{string.Join('\n', broken)}");
    }

    [Fact]
    public void In_LinksOfAllKinds_AreFound()
    {
        const string Page = """
            A [page](policies.md#rates), [two](nowhere.md) in a line, ![an image](<images/none.png> "title"), [a place](#here), [a site](https://example.org/a.md).
            ```csharp
            int[] a = [](nocode.md);
            ```
            The array `a[0](nocode.md)`, and [a reference][1].

            [1]: decisions/none.md
            """;
        Link[] links = [.. Link.In(Path.Combine(Repository.Root, "docs", "page.md"), Page)];
        Assert.Equal(
            [(1, "policies.md"), (1, "nowhere.md"), (1, "images/none.png"), (7, "decisions/none.md")],
            links.Select(link => (link.Line, link.Target)));
        Assert.Equal([true, false, false, false], links.Select(link => link.LeadsSomewhere));
    }

    [Fact]
    public void All_Documentation_HoldsLinksOfManyPages() =>
        Assert.InRange(Link.All.Select(link => link.Page).Distinct().Count(), 5, int.MaxValue);
}
