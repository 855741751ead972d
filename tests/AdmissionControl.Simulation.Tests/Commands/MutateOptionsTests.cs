using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Mutating;
using AdmissionControl.Simulation.Tests.Scenarios;

namespace AdmissionControl.Simulation.Tests.Commands;

public sealed class MutateOptionsTests
{
    [Fact]
    public void Parse_Nothing_EveryMutationAndTheCommittedReport()
    {
        MutateOptions options = MutateOptions.Parse([]);

        Assert.Same(LawMutations.All, options.Mutations);
        Assert.EndsWith(Path.Combine("benchmarks", "results", "simulation"), options.Out, StringComparison.Ordinal);
        Assert.Equal((false, null), (options.IsShort, options.Cache));
    }

    [Fact]
    public void Parse_Everything_ReadsIt()
    {
        using var folder = new TemporaryFolder();

        MutateOptions options = MutateOptions.Parse(["--only", "STAFFING", "--short", "--out", folder.Path, "--cache", folder.Path]);

        Assert.Equal("law: no staffing", Assert.Single(options.Mutations).Name);
        Assert.Equal((true, folder.Path, folder.Path), (options.IsShort, options.Out, options.Cache));
    }

    [Theory]
    [InlineData("--only is 'nothing like it', which no mutation's name holds; they are readings:", "--only", "nothing like it")]
    [InlineData("'--arms' is no option of mutate; allowed are --only,", "--arms")]
    public void Parse_Impossible_SaysWhatIsWrongAndAllowed(string message, params string[] arguments)
    {
        UsageException error = Assert.Throws<UsageException>(() => MutateOptions.Parse(arguments));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }
}
