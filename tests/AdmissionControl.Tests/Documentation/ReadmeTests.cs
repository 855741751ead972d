using System.Text.RegularExpressions;

namespace AdmissionControl.Tests.Documentation;

public partial class ReadmeTests
{
    [Fact]
    public void Readme_CodeBlocksThatNameAFile_AreThatFile()
    {
        string root = Root();
        MatchCollection blocks = Block().Matches(File.ReadAllText(Path.Combine(root, "README.md")).ReplaceLineEndings("\n"));

        Assert.Equal(2, blocks.Count);
        Assert.All(blocks, block => Assert.Equal(
            File.ReadAllText(Path.Combine(root, block.Groups["file"].Value)).ReplaceLineEndings("\n").Trim(),
            block.Groups["code"].Value.Trim()));
    }

    [GeneratedRegex(@"<!-- (?<file>\S+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AdmissionControl.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
