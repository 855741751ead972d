using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Tests.Scenarios;

namespace AdmissionControl.Simulation.Tests.Commands;

public sealed class PlantsOptionsTests
{
    private static readonly string[] Arms = ["ours", "vegas"];

    [Fact]
    public void Parse_Nothing_TwoHundredPlantsAndEveryArm()
    {
        PlantsOptions options = PlantsOptions.Parse([], Arms);

        Assert.Equal(Arms, options.Arms);
        Assert.Equal((1, false, 200, null, null), (options.Seed, options.IsHeldOut, options.Count, options.Out, options.Cache));
    }

    [Fact]
    public void Parse_Everything_ReadsItAndMakesTheFolders()
    {
        using var folder = new TemporaryFolder();
        string output = Path.Combine(folder.Path, "a", "b");
        string cache = Path.Combine(folder.Path, "c");

        PlantsOptions options = PlantsOptions.Parse(
            ["--seed", "7", "--count", "3", "--arms", "vegas,ours", "--out", output, "--cache", cache], Arms);

        Assert.Equal(["vegas", "ours"], options.Arms);
        Assert.Equal((7, false, 3, output, cache), (options.Seed, options.IsHeldOut, options.Count, options.Out, options.Cache));
        Assert.True(Directory.Exists(output) && Directory.Exists(cache));
    }

    // The first eight digits as a number, without its sign.
    [Theory]
    [InlineData("00000001", 1)]
    [InlineData("2b5e4f2ab0c0000000000000000000000000000", 0x2b5e4f2a)]
    [InlineData("FFFFFFFF00", int.MaxValue)]
    [InlineData("80000002", 2)]
    public void Parse_HeldOut_SeedOfTheCommit(string commit, int seed)
    {
        PlantsOptions options = PlantsOptions.Parse(["--held-out", "--commit", commit], Arms);

        Assert.Equal((seed, true), (options.Seed, options.IsHeldOut));
    }

    [Theory]
    [InlineData("--held-out and --commit HASH go together", "--held-out")]
    [InlineData("--held-out and --commit HASH go together", "--commit", "2b5e4f2a")]
    [InlineData("--seed is 3 beside --held-out; allowed is either", "--held-out", "--commit", "2b5e4f2a", "--seed", "3")]
    [InlineData("--commit is '2b5e4f2'; allowed is a commit's hash of 8", "--held-out", "--commit", "2b5e4f2")]
    [InlineData("--commit is '2b5e4f2g'; allowed is", "--held-out", "--commit", "2b5e4f2g")]
    [InlineData("--seed is '-1'; allowed is a whole number from 0 to 2147483647", "--seed", "-1")]
    [InlineData("--count is '0'; allowed is a whole number from 1 to", "--count", "0")]
    [InlineData("--arms has 'min'; allowed are ours, vegas", "--arms", "min")]
    [InlineData("'--seeds' is no option of plants; allowed are --seed,", "--seeds", "3")]
    public void Parse_Impossible_SaysWhatIsWrongAndAllowed(string message, params string[] arguments)
    {
        UsageException error = Assert.Throws<UsageException>(() => PlantsOptions.Parse(arguments, Arms));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }
}
