using AdmissionControl.Simulation.Reporting;
using static AdmissionControl.Simulation.Tests.Reporting.ReportingData;

namespace AdmissionControl.Simulation.Tests.Reporting;

public sealed class ArmSummaryTests
{
    [Fact]
    public void Of_ScenariosAndArms_InOrderOfAppearance()
    {
        IReadOnlyList<ArmSummary> summaries = ArmSummary.Of(
            [Run("b", "y", 1, 1), Run("b", "x", 1, 1), Run("a", "y", 1, 1), Run("b", "y", 2, 1), Run("b", "x", 2, 1)]);

        Assert.Equal([("b", "y"), ("b", "x"), ("a", "y")], summaries.Select(summary => (summary.Scenario, summary.Arm)));
        Assert.Equal([2, 2, 1], summaries.Select(summary => summary.Seeds));
    }

    [Fact]
    public void Of_ArmBehindAnother_PairedBySeed()
    {
        // The seeds come in another order for each arm, and differ more from each other than the arms do.
        IReadOnlyList<ArmSummary> summaries = ArmSummary.Of(
            [Run("a", "worse", 2, 0.86), Run("a", "worse", 1, 0.95), Run("a", "best", 1, 0.97), Run("a", "best", 2, 0.88)]);

        Assert.Equal(0.02, summaries[0].BehindBest.Mean, 9);
        Assert.Equal(0, summaries[0].BehindBest.HalfWidth, 9);
        Assert.Equal((0, 0), (summaries[1].BehindBest.Mean, summaries[1].BehindBest.HalfWidth));
        Assert.True(summaries[0].GoodputShare.HalfWidth > 0.5);
    }
}
