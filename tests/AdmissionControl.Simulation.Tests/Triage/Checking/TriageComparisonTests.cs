using AdmissionControl.Simulation.Tests.Scenarios;
using AdmissionControl.Simulation.Triage.Checking;
using AdmissionControl.Simulation.Triage.Goals;

namespace AdmissionControl.Simulation.Tests.Triage.Checking;

public sealed class TriageComparisonTests
{
    private static readonly TriageGoldenRow Share = new("a at-least", Measure.Success, 0.9, 0.001, true);
    private static readonly TriageGoldenRow Time = new("a at-most", Measure.P99, 0.2, double.NaN, true);

    [Fact]
    public void Of_TheSameFigures_Exact()
    {
        TriageComparison comparison = TriageComparison.Of([Share, Time], [Time, Share]);

        Assert.Empty(comparison.Regressions);
        Assert.True(comparison.IsExact);
    }

    [Theory]
    [InlineData(0.896, 0.209, 0)]
    [InlineData(0.894, 0.2, 1)]
    [InlineData(0.9, 0.211, 1)]
    [InlineData(double.NaN, double.NaN, 2)]
    [InlineData(0.99, 0.1, 0)]
    public void Of_Figures_WorseByMoreThanAllowedCount(double share, double time, int worse)
    {
        TriageComparison comparison = TriageComparison.Of([Share, Time], [Share with { Figure = share }, Time with { Figure = time }]);

        Assert.Equal(worse, comparison.Regressions.Count);
        Assert.False(comparison.IsExact);
    }

    [Fact]
    public void Of_AWideGoldenInterval_AllowsMore() =>
        Assert.Empty(TriageComparison.Of([Share with { HalfWidth = 0.05 }], [Share with { Figure = 0.86 }]).Regressions);

    [Fact]
    public void Of_AGoalThatIsMissedNow_Counts()
    {
        Assert.Contains("is not as it must be", Assert.Single(TriageComparison.Of([Share], [Share with { IsAsAsked = false }]).Regressions), StringComparison.Ordinal);
        Assert.Empty(TriageComparison.Of([Share with { IsAsAsked = false }], [Share]).Regressions);
    }

    [Fact]
    public void Of_NoGoldenFigure_Counts() =>
        Assert.Contains("`triage --update` writes it", Assert.Single(TriageComparison.Of([Time], [Share]).Regressions), StringComparison.Ordinal);

    [Fact]
    public void Load_WhatWasSaved_IsTheSame()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "golden.csv");

        TriageGolden.Save(path, [Time, Share]);

        Assert.Equal([Share, Time], TriageGolden.Load(path));
    }

    [Theory]
    [InlineData("x\n", "the first line is 'x'")]
    [InlineData("key,measure,figure,figure_95,as_asked\na,Success,1,2,maybe\n", "line 2 is 'a,Success,1,2,maybe'")]
    [InlineData("key,measure,figure,figure_95,as_asked\na,Luck,1,2,yes\n", "line 2 is 'a,Luck,1,2,yes'")]
    public void Load_ABadFile_SaysWhichLine(string text, string message)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("golden.csv", text);

        Assert.StartsWith($"{path}: {message}", Assert.Throws<FormatException>(() => TriageGolden.Load(path)).Message, StringComparison.Ordinal);
    }
}
