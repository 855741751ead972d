using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Tests.Scenarios;

namespace AdmissionControl.Simulation.Tests.Commands;

public sealed class CheckOptionsTests
{
    [Fact]
    public void Parse_Nothing_WholeCheckAgainstTheCommittedFile()
    {
        CheckOptions options = CheckOptions.Parse([]);

        Assert.Equal((false, false, false, false, null, null), (options.IsShort, options.HasHeldOut, options.IsDefaultOnly, options.IsUpdate, options.Out, options.Cache));
        Assert.True(File.Exists(options.Golden), options.Golden);
    }

    [Fact]
    public void Parse_Everything_ReadsIt()
    {
        using var folder = new TemporaryFolder();
        string output = Path.Combine(folder.Path, "a");
        string cache = Path.Combine(folder.Path, "b");

        CheckOptions options = CheckOptions.Parse(["--short", "--held-out", "--default-only", "--update", "--golden", "x.csv", "--out", output, "--cache", cache]);

        Assert.Equal(
            (true, true, true, true, "x.csv", output, cache),
            (options.IsShort, options.HasHeldOut, options.IsDefaultOnly, options.IsUpdate, options.Golden, options.Out, options.Cache));
    }

    [Theory]
    [InlineData("--golden needs a value", "--golden", "--short")]
    [InlineData("'--arms' is no option of check; allowed are --short,", "--arms")]
    public void Parse_Impossible_SaysWhatIsWrongAndAllowed(string message, params string[] arguments)
    {
        UsageException error = Assert.Throws<UsageException>(() => CheckOptions.Parse(arguments));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }
}
