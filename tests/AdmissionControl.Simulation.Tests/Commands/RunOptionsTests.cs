using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Scenarios;
using AdmissionControl.Simulation.Tests.Scenarios;

namespace AdmissionControl.Simulation.Tests.Commands;

public sealed class RunOptionsTests
{
    private static readonly string[] Arms = ["none", "fixed", "vegas"];

    [Fact]
    public void Parse_Nothing_EveryShippedScenarioAndArm()
    {
        RunOptions options = RunOptions.Parse([], Arms);

        Assert.Equal(ShippedScenarios.Load().Count, options.Scenarios.Count);
        Assert.Equal(Arms, options.Arms);
        Assert.Equal((null, 0, null, false), (options.Seeds, options.SeedOffset, options.Out, options.HasPlots));
    }

    [Fact]
    public void Parse_Everything_ReadsIt()
    {
        RunOptions options = RunOptions.Parse(
            ["--scenario", "03-capacity-step", "--arms", "vegas, none,vegas", "--seeds", "3", "--seed-offset", "40", "--out", "x", "--plots"],
            Arms);

        Assert.Equal("03-capacity-step", Assert.Single(options.Scenarios).Name);
        Assert.Equal(["vegas", "none"], options.Arms);
        Assert.Equal((3, 40, "x", true), (options.Seeds, options.SeedOffset, options.Out, options.HasPlots));
    }

    [Fact]
    public void Parse_FileAndFolder_AreRead()
    {
        using var folder = new TemporaryFolder();
        string text = File.ReadAllText(Path.Combine(ShippedScenarios.Folder, "07-pauses.json"));
        string path = folder.Write("own.json", text.Replace("07-pauses", "own", StringComparison.Ordinal));

        Assert.Equal("own", Assert.Single(RunOptions.Parse(["--scenario", path], Arms).Scenarios).Name);
        Assert.Equal("own", Assert.Single(RunOptions.Parse(["--scenario", folder.Path], Arms).Scenarios).Name);
    }

    [Theory]
    [InlineData("'--speed' is no option of run; allowed are --scenario,", "--speed")]
    [InlineData("--seeds is '0'; allowed is a whole number from 1 to 1000", "--seeds", "0")]
    [InlineData("--seeds is '1.5'", "--seeds", "1.5")]
    [InlineData("--seeds needs a value", "--seeds")]
    [InlineData("--seeds needs a value", "--seeds", "--plots")]
    [InlineData("--seed-offset is '-1'; allowed is a whole number from 0 to 1000000", "--seed-offset", "-1")]
    [InlineData("--arms has 'vega'; allowed are none, fixed, vegas", "--arms", "none,vega")]
    [InlineData("--arms has ''", "--arms", "none,")]
    [InlineData("--scenario is 'nowhere'; allowed is a file, a folder", "--scenario", "nowhere")]
    [InlineData("--plots needs --out", "--plots")]
    public void Parse_Impossible_SaysWhatIsWrongAndAllowed(string message, params string[] arguments)
    {
        UsageException error = Assert.Throws<UsageException>(() => RunOptions.Parse(arguments, Arms));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }
}
