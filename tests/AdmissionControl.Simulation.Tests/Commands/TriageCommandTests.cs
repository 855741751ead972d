using AdmissionControl.Simulation.Commands;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Tests.Scenarios;
using AdmissionControl.Simulation.Tests.Triage;
using AdmissionControl.Simulation.Triage.Checking;

namespace AdmissionControl.Simulation.Tests.Commands;

public sealed class TriageCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(2, false)]
    public void Run_AGoal_DecidesTheAnswer(double atLeast, bool isMet)
    {
        Assert.Equal(isMet, Run(atLeast));
        Assert.Contains(isMet ? "met: triage, a (20 slots): goodput in 'steady' at least 50.00%" : "MISSED: triage", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithAFolder_TheSameBytesEachTime()
    {
        string[] files = [.. new[] { "first", "second" }.Select(time =>
        {
            string folder = Directory.CreateDirectory(Path.Combine(_folder.Path, time)).FullName;
            Run(0.5, "--out", folder);
            return File.ReadAllText(Path.Combine(folder, "triage.csv")) + File.ReadAllText(Path.Combine(folder, "triage.md"));
        })];

        Assert.Equal(files[0], files[1]);
        Assert.Contains("The shipped arm meets 1 of 1", files[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_APicture_IsDrawnAndNamedInTheReport()
    {
        string file = Write(0.5, "\"picture\": \"time\",");

        Command().Run(TriageRunOptions.Parse(["--scenario", file, "--seeds", "1", "--out", _folder.Path]));

        Assert.True(File.Exists(Path.Combine(_folder.Path, "triage-a.png")));
        Assert.Contains("(triage-a.png)", File.ReadAllText(Path.Combine(_folder.Path, "triage.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_CheckAfterUpdate_FindsTheGoldenFigures()
    {
        string golden = Path.Combine(_folder.Path, "golden.csv");

        Assert.True(Run(0.5, "--update", "--golden", golden));
        Assert.True(Run(0.5, "--check", "--golden", golden));
        Assert.Contains("The golden figures exactly.", _output.ToString(), StringComparison.Ordinal);

        TriageGolden.Save(golden, TriageGolden.Load(golden).Select(row => row with { Figure = 2, HalfWidth = 0 }));
        Assert.False(Run(0.5, "--check", "--golden", golden));
    }

    [Theory]
    [InlineData("--scenario", "none-such", "--scenario is 'none-such'; allowed is a file or one of goal-1-overload")]
    [InlineData("--arms", "none-such", "--arms has 'none-such'; allowed are triage, queue")]
    [InlineData("--seeds", "0", "--seeds is '0'; allowed is a whole number from 1 to 1000.")]
    [InlineData("--golden", "x", "--golden needs --check or --update")]
    [InlineData("--what", "x", "'--what' is no option of triage")]
    public void Parse_WhatIsNone_SaysWhatIsAllowed(string option, string value, string message) =>
        Assert.StartsWith(message, Assert.Throws<UsageException>(() => TriageRunOptions.Parse([option, value])).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_Short_IsTwoSeedsOfWhatSaysSo()
    {
        TriageRunOptions options = TriageRunOptions.Parse(["--short"]);

        Assert.All(options.Scenarios, scenario => Assert.True(scenario is { IsShort: true, Decides: true, Seeds: 2 }));
        Assert.InRange(options.Scenarios.Count, 8, 12);
        Assert.All(options.Scenarios, scenario => Assert.Contains("triage", scenario.Arms));
        Assert.DoesNotContain(options.Scenarios, scenario => scenario.Arms.Contains("adaptive"));
        Assert.InRange(TriageRunOptions.Parse([]).Scenarios.Count, 50, 1000);
    }

    private bool Run(double atLeast, params string[] options) => Command().Run(TriageRunOptions.Parse(["--scenario", Write(atLeast), "--seeds", "2", .. options]));

    private TriageCommand Command() => new(ResultTable.Console(_output));

    private string Write(double atLeast, string more = "") => _folder.Write(
        "a.json",
        TriageSamples.File.Replace("\"atLeast\": 0.5", FormattableString.Invariant($"\"atLeast\": {atLeast}"), StringComparison.Ordinal)
            .Replace("\"name\": \"a\",", $"\"name\": \"a\", {more}", StringComparison.Ordinal));
}
