using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Scenarios;
using AdmissionControl.Simulation.Tests.Scenarios;

namespace AdmissionControl.Simulation.Tests.Commands;

public sealed class PlantsCommandTests
{
    private const int Seed = 5;

    private static readonly Lab Lab = StubLab.Of(("ours", ArmKind.Ours, 3), ("open", ArmKind.Published, 40));

    [Fact]
    public void Run_Twice_SameBytesInOrder()
    {
        using var folder = new TemporaryFolder();
        string first = Path.Combine(folder.Path, "first");
        string second = Path.Combine(folder.Path, "second");

        string console = Run("--count", "3", "--out", first);

        Assert.Equal(console, Run("--count", "3", "--out", second));
        Assert.Equal(["plants.csv", "plants.md"], Directory.EnumerateFiles(first).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(
            [PlantReport.Runs, PlantReport.Page],
            file => Assert.Equal(File.ReadAllBytes(Path.Combine(first, file)), File.ReadAllBytes(Path.Combine(second, file))));
        string[] lines = File.ReadAllLines(Path.Combine(first, PlantReport.Runs));
        string[] expected =
        [
            .. Enumerable.Range(0, 3).SelectMany(number => new[] { "ours", "open" }
                .Select(arm => $"plant {Seed}-{number},{PlantGenerator.Draw(Seed, number).Description},{arm}")),
        ];
        Assert.Equal(expected, lines[1..].Select(line => string.Join(',', line.Split(',')[..3])));
    }

    [Fact]
    public void Run_MorePlants_TheFirstAreTheSame()
    {
        using var folder = new TemporaryFolder();

        Run("--count", "1", "--out", folder.Path);
        string one = File.ReadAllText(Path.Combine(folder.Path, PlantReport.Runs));
        Run("--count", "2", "--out", folder.Path);

        Assert.StartsWith(one, File.ReadAllText(Path.Combine(folder.Path, PlantReport.Runs)), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_HeldOut_PrintsTheSeedOfTheCommit()
    {
        using var output = new StringWriter();

        new PlantsCommand(Lab, ResultTable.Console(output)).Run(
            PlantsOptions.Parse(["--count", "1", "--held-out", "--commit", "00000005"], Lab.Arms.Keys));

        Assert.Contains("Plants 5-0 to 5-0, of a seed that a commit's hash decides.", output.ToString(), StringComparison.Ordinal);
    }

    private static string Run(params string[] arguments)
    {
        using var output = new StringWriter();
        PlantsOptions options = PlantsOptions.Parse([.. arguments, "--seed", "5"], Lab.Arms.Keys);
        new PlantsCommand(Lab, ResultTable.Console(output)).Run(options);
        return output.ToString();
    }
}
