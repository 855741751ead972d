using AdmissionControl.Simulation.Reporting;
using static AdmissionControl.Simulation.Tests.Reporting.ReportingData;

namespace AdmissionControl.Simulation.Tests.Reporting;

public sealed class CsvTests
{
    [Fact]
    public void OfRuns_ARun_FixedDigitsAndLineFeeds()
    {
        string csv = Csv.OfRuns([Run("02-overload-2x", "fixed", 3, 0.5)]);

        Assert.Equal(
            "scenario,arm,seed,oracle_goodput,goodput,goodput_share,false_refusals,refused_share,"
            + "p50_seconds,p99_seconds,convergence_seconds,recovery_seconds,regret,final_limit\n"
            + "02-overload-2x,fixed,3,800.000000,400.000000,0.500000,0.001000,0.500000,"
            + "0.020000,0.100000,1.500000,0.000000,0.500000,21.000000\n",
            csv);
    }

    [Fact]
    public void OfRuns_NothingAndTinyNegatives_EmptyFieldAndPlainZero()
    {
        string csv = Csv.OfRuns([Run("a", "b", 1, 1 + 1e-9, recovery: double.NaN)]);

        Assert.EndsWith(",1.500000,,0.000000,21.000000\n", csv, StringComparison.Ordinal);
    }

    [Fact]
    public void OfSummaries_EachFigure_HasMeanRangeAndInterval()
    {
        string[] lines = Csv.OfSummaries(ArmSummary.Of([Run("a", "b", 1, 0.9), Run("a", "b", 2, 0.92), Run("a", "b", 3, 0.94)])).Split('\n');

        Assert.StartsWith(
            "scenario,arm,seeds,goodput_share,goodput_share_min,goodput_share_max,goodput_share_95,behind_best,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("a,b,3,0.920000,0.900000,0.940000,0.049683,0.000000,", lines[1], StringComparison.Ordinal);
        Assert.Equal(lines[0].Count(letter => letter == ','), lines[1].Count(letter => letter == ','));
        Assert.Equal(["", ""], [lines[2], string.Concat(lines[3..])]);
    }
}
