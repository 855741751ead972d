using AdmissionControl.Simulation.Measuring;
using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Scenarios;
using static AdmissionControl.Simulation.Tests.Reporting.ReportingData;

namespace AdmissionControl.Simulation.Tests.Reporting;

public sealed class MarkdownTests
{
    private static readonly Scenario Scenario = ScenarioFile.Load(Path.Combine(ShippedScenarios.Folder, "02-overload-2x.json"));

    private static readonly RunResult[] Runs =
    [
        Run("02-overload-2x", "good", 1, 0.99), Run("02-overload-2x", "good", 2, 1.01),
        Run("02-overload-2x", "bad", 1, 0.4, recovery: double.NaN), Run("02-overload-2x", "bad", 2, 0.5, recovery: 2),
    ];

    [Fact]
    public void Of_Runs_OverviewThenATableAScenario()
    {
        string page = Markdown.Of([Scenario], ArmSummary.Of(Runs), hasPictures: false);

        Assert.Contains(
            "| scenario | good | bad |\n| --- | ---: | ---: |\n| 02-overload-2x | 100.0 | 45.0 |\n", page, StringComparison.Ordinal);
        Assert.Contains($"## 02-overload-2x\n\n{Scenario.Description} 2 seeds.\n", page, StringComparison.Ordinal);
        Assert.Contains(
            "| good | 100.0 ±12.7 [99.0..101.0] | 0.0 ±0.0 | 0.1 | 50.0 | 20 | 100 | 1.5 | 0.0 | 0.0 | 21 [21..21] |\n",
            page,
            StringComparison.Ordinal);
        Assert.Contains("| bad | 45.0 ±63.5 [40.0..50.0] | 55.0 ±50.8 |", page, StringComparison.Ordinal);
        Assert.Contains("| 2.0 (1 never) |", page, StringComparison.Ordinal);
        Assert.DoesNotContain("![", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_WithPictures_LinksThem()
    {
        string page = Markdown.Of([Scenario], ArmSummary.Of(Runs), hasPictures: true);

        Assert.Contains("](heat-map.png)", page, StringComparison.Ordinal);
        Assert.Contains("](02-overload-2x.png)", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NeverAnything_SaysNever()
    {
        string page = Markdown.Of([Scenario], ArmSummary.Of([Run("02-overload-2x", "bad", 1, 0.4, recovery: double.NaN)]), hasPictures: false);

        Assert.Contains("| never |", page, StringComparison.Ordinal);
        Assert.Contains("40.0 ±- [40.0..40.0]", page, StringComparison.Ordinal);
    }
}
