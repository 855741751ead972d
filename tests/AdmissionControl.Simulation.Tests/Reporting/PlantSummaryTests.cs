using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Scenarios;

namespace AdmissionControl.Simulation.Tests.Reporting;

public sealed class PlantSummaryTests
{
    private static readonly PlantRun[] Runs =
    [
        .. Arm("ours", 1, 0.97, 0.95, 0.899),
        .. Arm("vegas", 1.02, 0.9901, 0.9701, 0.92),
        .. Arm("fixed", 1, 1, 1, 1),
    ];

    [Fact]
    public void Of_Arms_SharesMeanLeastAndPoor()
    {
        PlantSummary ours = PlantSummary.Of(Runs, ["vegas"], "ours")[0];

        Assert.Equal(("ours", 4, 0.5, 0.899, 1), (ours.Arm, ours.Plants, ours.Within, ours.Least, ours.Poor));
        Assert.Equal(0.95475, ours.Mean, 9);
    }

    [Fact]
    public void Of_Published_AheadByMoreThanTwoPercentOfTheOracleOnTheSamePlant()
    {
        IReadOnlyList<PlantSummary> arms = PlantSummary.Of(Runs, ["vegas"], "ours");

        Assert.Equal([null, 3, null], arms.Select(arm => arm.Ahead));
    }

    [Fact]
    public void Of_WithoutOurs_NobodyIsAhead() => Assert.All(PlantSummary.Of(Runs, ["vegas"], "other"), arm => Assert.Null(arm.Ahead));

    [Fact]
    public void Report_TwelvePlants_TenWorstOfTheFirstArm()
    {
        PlantRun[] runs = [.. Arm("ours", [.. Enumerable.Range(0, 12).Select(number => 1 - (number / 100.0))]), .. Arm("vegas", new double[12])];

        PlantReport report = PlantReport.Of("Twelve.", runs, ["vegas"], "ours");

        Assert.Equal(Enumerable.Range(2, 10).Reverse().Select(number => $"plant {number}"), report.Worst.Select(run => run.Plant.Name));
        Assert.Contains("| plant 11 | 89.0 | 0.1 | plant of 11 |", report.ToMarkdown(), StringComparison.Ordinal);
        Assert.Contains("| ours | 33.3 | 94.5 | 89.0 | 1 |  |", report.ToMarkdown(), StringComparison.Ordinal);
    }

    private static IEnumerable<PlantRun> Arm(string arm, params double[] shares) => shares.Select((share, number) => new PlantRun(
        new Scenario { Name = $"plant {number}", Description = $"plant of {number}", Objective = 1, Stages = [], Phases = [] },
        ReportingData.Run($"plant {number}", arm, 1, share)));
}
