using AdmissionControl.Simulation.Mutating;

namespace AdmissionControl.Simulation.Tests.Mutating;

public sealed class MutationReportTests
{
    private static readonly MutationResult[] Results =
    [
        new(new Mutation("one", "A.cs", "a ||\n    b", "a && b"), IsCaught: true, "short form: worse"),
        new(new Mutation("two", "A.cs", "1", "2") { Harmless = "it is the same twice" }, IsCaught: false, "whole: the same"),
        new(new Mutation("three", "A.cs", "3", "4"), IsCaught: false, "whole: the same"),
    ];

    [Fact]
    public void Of_CaughtAndSurvived_TableInOrderAndSurvivorsExplained()
    {
        string page = MutationReport.Of(Results);

        Assert.Contains("1 of 3 caught, 33.3%.", page, StringComparison.Ordinal);
        Assert.Contains(
            "| one | `a \\|\\| b` | `a && b` | caught | short form: worse |\n| two | `1` | `2` | **survived** |", page, StringComparison.Ordinal);
        Assert.EndsWith("## Survivors\n\n- two: it is the same twice.\n- three: not explained yet.\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AllCaught_NoSurvivors() => Assert.DoesNotContain("Survivors", MutationReport.Of(Results[..1]), StringComparison.Ordinal);
}
