using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Checking;
using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Scenarios;
using AdmissionControl.Simulation.Tests.Engine;
using AdmissionControl.Simulation.Tests.Scenarios;

namespace AdmissionControl.Simulation.Tests.Commands;

public sealed class CheckCommandTests
{
    private const string Exactly = "The golden figures exactly";

    private static readonly Scenario Scenario =
        Runs.Of(Runs.Cores(4, 0.02), new Phase { Duration = 14, Load = 0.8 }) with { Name = "02-overload-2x", Seeds = 4 };

    private static readonly Lab Lab = StubLab.Of(("ours", ArmKind.Ours, 100), ("ours-auto", ArmKind.Ours, 50), ("min", ArmKind.Mutant, 1), ("peer", ArmKind.Published, 5));

    [Fact]
    public void Run_AfterAnUpdate_ReproducesTheFileExactly()
    {
        using var folder = new TemporaryFolder();
        string golden = Path.Combine(folder.Path, "golden.csv");

        (bool isWell, string console) = Run(Lab, golden, "--update");
        Assert.True(isWell);
        Assert.Contains($"Written to {golden}.", console, StringComparison.Ordinal);
        byte[] written = File.ReadAllBytes(golden);
        (isWell, console) = Run(Lab, golden);

        Assert.True(isWell);
        Assert.Contains(Exactly, console, StringComparison.Ordinal);
        Assert.Contains("ours, the default, misses the goals in 0 of 1 scenarios.", console, StringComparison.Ordinal);
        Assert.Contains("min, a mutant, misses the goals in 1 of 1 scenarios: 02-overload-2x.", console, StringComparison.Ordinal);
        Assert.Equal(written, File.ReadAllBytes(golden));
    }

    [Fact]
    public void Run_Update_WritesTheShortFormToo()
    {
        using var folder = new TemporaryFolder();
        string golden = Path.Combine(folder.Path, "golden.csv");

        Run(Lab, golden, "--update");

        Assert.Equal(
            [("min", 3), ("ours", 3), ("ours-auto", 3), ("min", 4), ("ours", 4), ("ours-auto", 4)],
            GoldenFile.Load(golden).Select(row => (row.Arm, row.Seeds)));
        Assert.True(Run(Lab, golden, [ShortForm.Of(Scenario)], "--short").IsWell);
    }

    [Fact]
    public void Run_AWorseLaw_FailsAndSaysWhere()
    {
        using var folder = new TemporaryFolder();
        string golden = Path.Combine(folder.Path, "golden.csv");
        Run(Lab, golden, "--update");
        Lab worse = StubLab.Of(("ours", ArmKind.Ours, 4), ("ours-auto", ArmKind.Ours, 50), ("min", ArmKind.Mutant, 1));

        (bool isWell, string console) = Run(worse, golden);

        Assert.False(isWell);
        Assert.Contains("02-overload-2x: ours has ", console, StringComparison.Ordinal);
        Assert.Contains("Worse than the golden figures: 1.", console, StringComparison.Ordinal);
        Assert.DoesNotContain(Exactly, console, StringComparison.Ordinal);

        // And an update says what it makes golden.
        (isWell, console) = Run(worse, golden, "--update");
        Assert.True(isWell);
        Assert.Contains("Made golden although worse: 02-overload-2x: ours has ", console, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AMutantThatPassesEverything_FailsEvenAnUpdate()
    {
        using var folder = new TemporaryFolder();
        Lab blind = StubLab.Of(("ours", ArmKind.Ours, 100), ("ours-auto", ArmKind.Ours, 50), ("max", ArmKind.Mutant, 1000));

        (bool isWell, string console) = Run(blind, Path.Combine(folder.Path, "golden.csv"), "--update");

        Assert.False(isWell);
        Assert.Contains("max fails nowhere", console, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_DefaultOnly_RunsNoMutant()
    {
        using var folder = new TemporaryFolder();
        string golden = Path.Combine(folder.Path, "golden.csv");
        Run(Lab, golden, "--update");

        (bool isWell, string console) = Run(Lab, golden, "--default-only");

        Assert.True(isWell);
        Assert.Contains(Exactly, console, StringComparison.Ordinal);
        Assert.DoesNotContain("a mutant", console, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithOut_WritesTheRuns()
    {
        using var folder = new TemporaryFolder();
        string golden = Path.Combine(folder.Path, "golden.csv");

        Run(Lab, golden, "--update", "--out", folder.Path);

        string[] lines = File.ReadAllLines(Path.Combine(folder.Path, OutputFiles.Runs));
        Assert.Equal(
            Enumerable.Range(1, 4).SelectMany(seed => new[] { $"02-overload-2x,ours,{seed}", $"02-overload-2x,ours-auto,{seed}", $"02-overload-2x,min,{seed}" }),
            lines[1..].Select(line => string.Join(',', line.Split(',')[..3])));
    }

    private static (bool IsWell, string Console) Run(Lab lab, string golden, params string[] arguments) => Run(lab, golden, [Scenario], arguments);

    private static (bool IsWell, string Console) Run(Lab lab, string golden, Scenario[] scenarios, params string[] arguments)
    {
        using var output = new StringWriter();
        bool isWell = new CheckCommand(lab, ResultTable.Console(output)).Run(CheckOptions.Parse([.. arguments, "--golden", golden]), scenarios);
        return (isWell, output.ToString());
    }
}
