using AdmissionControl.Simulation.Reporting;
using AdmissionControl.Simulation.Scenarios;
using AdmissionControl.Simulation.Tests.Engine;
using Spectre.Console;

namespace AdmissionControl.Simulation.Tests.Reporting;

public sealed class ResultTableTests
{
    [Theory]
    [InlineData(200, true)]
    [InlineData(80, false)]
    public void Write_AnyWidth_NamesEachArmAndWhatHasNoRoom(int width, bool isWhole)
    {
        using var output = new StringWriter();
        IAnsiConsole console = ResultTable.Console(output);
        console.Profile.Width = width;
        Scenario scenario = Runs.Of(Runs.Cores(1, 0.01), new Phase { Duration = 60, Rate = 5 });

        ResultTable.Write(console, scenario, ArmSummary.Of([ReportingData.Run("a", "ours-client", 1, 0.99), ReportingData.Run("a", "gradient2", 1, 0.9)]));

        string text = output.ToString();
        Assert.Contains("| ours-client |", text, StringComparison.Ordinal);
        Assert.Contains("99.0", text, StringComparison.Ordinal);
        Assert.Equal(isWhole, !text.Contains("too narrow for", StringComparison.Ordinal));
        Assert.Contains("final limit", text, StringComparison.Ordinal);
    }
}
