using AdmissionControl.Simulation.Arms;
using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Tests.Scenarios;

namespace AdmissionControl.Simulation.Tests.Commands;

public sealed class RunCommandTests
{
    private const string Short =
        """
        {
          "name": "short", "description": "Twice the capacity for a while.", "objective": 0.2, "seeds": 2,
          "stages": [{ "cores": 4, "service": { "mean": 0.02 }, "isHost": true }],
          "phases": [{ "duration": 14, "load": 2 }]
        }
        """;

    private static readonly Lab Lab = StubLab.Of(("small", ArmKind.HandTuned, 6), ("large", ArmKind.HandTuned, 60));

    [Fact]
    public void Run_Twice_SameBytes()
    {
        using var folder = new TemporaryFolder();
        string first = Path.Combine(folder.Path, "first");
        string second = Path.Combine(folder.Path, "second");

        string console = Run(folder, "--out", first);

        Assert.Equal(console, Run(folder, "--out", second));
        string[] files = ["report.md", "runs.csv", "summary.csv"];
        Assert.Equal(files, Directory.EnumerateFiles(first).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(first, file)), File.ReadAllBytes(Path.Combine(second, file))));
    }

    [Fact]
    public void Run_SeedOffset_IsOtherRuns()
    {
        using var folder = new TemporaryFolder();
        string output = Path.Combine(folder.Path, "out");

        Run(folder, "--out", output, "--seed-offset", "40", "--arms", "small");

        string[] lines = File.ReadAllLines(Path.Combine(output, OutputFiles.Runs));
        Assert.Equal(["short,small,41", "short,small,42"], lines[1..].Select(line => string.Join(',', line.Split(',')[..3])));
        Assert.NotEqual(lines[1].Split(',')[4], lines[2].Split(',')[4]);
    }

    [Fact]
    public void Run_ToNoTerminal_IsPlainText()
    {
        using var folder = new TemporaryFolder();

        string console = Run(folder, "--seeds", "1");

        Assert.Contains("short  Twice the capacity for a while.", console, StringComparison.Ordinal);
        Assert.Contains("| large ", console, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', console);
        Assert.DoesNotContain('…', console);
    }

    [Fact]
    public void Run_WithPlots_DrawsThem()
    {
        using var folder = new TemporaryFolder();
        string output = Path.Combine(folder.Path, "out");

        Run(folder, "--out", output, "--plots", "--seeds", "1");

        Assert.True(File.Exists(Path.Combine(output, "heat-map.png")));
        Assert.True(File.Exists(Path.Combine(output, "short.png")));
    }

    [Fact]
    public void Run_OutIsAFile_SaysSoBeforeAnyRun()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("taken", "");

        UsageException error = Assert.Throws<UsageException>(() => Run(folder, "--out", file));

        Assert.StartsWith($"--out is '{file}', where no folder can be made", error.Message, StringComparison.Ordinal);
    }

    private static string Run(TemporaryFolder folder, params string[] arguments)
    {
        string path = folder.Write("short.json", Short);
        using var output = new StringWriter();
        new RunCommand(Lab, ResultTable.Console(output)).Run(RunOptions.Parse(["--scenario", path, .. arguments], Lab.Arms.Keys));
        return output.ToString();
    }
}
