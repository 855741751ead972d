using AdmissionControl.Simulation.Checking;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Tests.Reporting;
using AdmissionControl.Simulation.Tests.Scenarios;

namespace AdmissionControl.Simulation.Tests.Checking;

public sealed class GoldenFileTests
{
    private const string Header = "scenario,arm,seeds,goodput_share,goodput_share_95,false_refusals";

    [Fact]
    public void Load_WhatWasSaved_IsTheSameToTheLastDigit()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "new", "golden.csv");
        GoldenRow[] rows =
        [
            .. ArmSummary.Of(
                [
                    ReportingData.Run("a", "ours", 1, 2 / 3.0),
                    ReportingData.Run("a", "ours", 2, 0.7),
                    ReportingData.Run("a", "min", 1, 1 / 3.0),
                ]).Select(GoldenRow.Of),
        ];

        GoldenFile.Save(path, rows);

        Assert.Equal(rows, GoldenFile.Load(path));
        Assert.Equal($"{Header}\na,ours,2,0.683333,0.211770,0.001000\na,min,1,0.333333,,0.001000\n", File.ReadAllText(path));
    }

    [Fact]
    public void Merge_SomeRows_ReplacesThemAndDropsScenariosThatAreGone()
    {
        GoldenRow kept = new("02-overload-2x", "ours", 10, 0.99, 0.001, 0);
        GoldenRow gone = kept with { Scenario = "99-gone" };
        GoldenRow old = kept with { Seeds = 3 };
        GoldenRow now = old with { Share = 0.98 };
        GoldenRow other = now with { Scenario = "01-underload-0.6x" };

        Assert.Equal([other, now, kept], GoldenFile.Merge([gone, kept, old], [now, other]));
    }

    [Theory]
    [InlineData("", "the first line is ''")]
    [InlineData("scenario\n", "the first line is 'scenario'; allowed is 'scenario,arm,seeds,")]
    [InlineData(Header + "\na,ours,3,0.9,0.1,0\na,ours,three,0.9,0.1,0\n", "line 3 is 'a,ours,three,0.9,0.1,0'; allowed is")]
    [InlineData(Header + "\na,ours,3,much,0.1,0\n", "line 2 is")]
    [InlineData(Header + "\na,ours,3,0.9,0.1\n", "line 2 is")]
    public void Load_NoGoldenFile_SaysWhereAndWhatIsAllowed(string text, string message)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("golden.csv", text);

        FormatException error = Assert.Throws<FormatException>(() => GoldenFile.Load(path));

        Assert.StartsWith($"{path}: {message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoFile_SaysHowToMakeIt()
    {
        FormatException error = Assert.Throws<FormatException>(() => GoldenFile.Load("nowhere.csv"));

        Assert.Equal("nowhere.csv: there is no such file; `check --update` writes it.", error.Message);
    }
}
