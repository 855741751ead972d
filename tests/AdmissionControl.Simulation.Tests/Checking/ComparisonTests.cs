using AdmissionControl.Simulation.Checking;

namespace AdmissionControl.Simulation.Tests.Checking;

public sealed class ComparisonTests
{
    private static readonly string[] Mutants = ["min"];
    private static readonly GoldenRow Ours = new("a", "ours", 10, 0.985, 0.002, 0.004);
    private static readonly GoldenRow Mutant = new("a", "min", 10, 0.06, 0.001, 0.9);

    [Fact]
    public void Of_TheSame_ExactAndNothingWorse()
    {
        Comparison comparison = Comparison.Of([Ours, Mutant], [Ours, Mutant], Mutants);

        Assert.Empty(comparison.Regressions);
        Assert.True(comparison.IsExact);
    }

    [Theory]
    [InlineData(0.9799, 0.002, "a: ours has 97.99% of the oracle and 0.40% false refusals; golden are 98.50%")]
    [InlineData(0.9799, double.NaN, "and 0.5 points less are allowed.")]
    [InlineData(0.9749, 0.01, "and 1.0 points less are allowed.")]
    [InlineData(double.NaN, 0.002, "a: ours has NaN% of the oracle")]
    public void Of_OursBeyondWhatIsAllowed_IsWorse(double share, double goldenHalfWidth, string message)
    {
        // Its own interval excuses nothing.
        GoldenRow now = Ours with { Share = share, HalfWidth = 0.5 };

        Comparison comparison = Comparison.Of([Ours with { HalfWidth = goldenHalfWidth }, Mutant], [now, Mutant], Mutants);

        Assert.Contains(message, Assert.Single(comparison.Regressions), StringComparison.Ordinal);
        Assert.False(comparison.IsExact);
    }

    [Theory]
    [InlineData(0.9801, 0.002)]
    [InlineData(0.9751, 0.01)]
    [InlineData(0.999, 0.002)]
    public void Of_OursWithinWhatIsAllowed_NotWorseAndNotExact(double share, double goldenHalfWidth)
    {
        Comparison comparison = Comparison.Of([Ours with { HalfWidth = goldenHalfWidth }, Mutant], [Ours with { Share = share }, Mutant], Mutants);

        Assert.Empty(comparison.Regressions);
        Assert.False(comparison.IsExact);
    }

    [Theory]
    [InlineData(0.9699, 0.004)]
    [InlineData(0.98, 0.0101)]
    public void Of_AGoalThatWasMet_IsWorseHoweverLittle(double share, double falseRefusals)
    {
        GoldenRow was = Ours with { Share = 0.9701 };
        GoldenRow now = was with { Share = share, FalseRefusals = falseRefusals };

        string regression = Assert.Single(Comparison.Of([was, Mutant], [now, Mutant], Mutants).Regressions);

        Assert.Contains("misses the goals of 97.0% and 1.0%", regression, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AGoalThatWasMissed_MayBeMissedAgain() =>
        Assert.Empty(Comparison.Of([Ours with { Share = 0.96 }, Mutant], [Ours with { Share = 0.959 }, Mutant], Mutants).Regressions);

    [Fact]
    public void Of_AMutantThatPasses_IsWorseWhereItFailed()
    {
        GoldenRow passing = Mutant with { Share = 0.99, FalseRefusals = 0 };
        GoldenRow failing = Mutant with { Scenario = "b" };

        string regression = Assert.Single(Comparison.Of([Mutant, failing], [passing, failing], Mutants).Regressions);

        Assert.StartsWith("a: min, a mutant, passes", regression, StringComparison.Ordinal);
        Assert.Empty(Comparison.Of([passing, failing], [passing, failing], Mutants).Regressions);
    }

    [Fact]
    public void Of_AMutantThatIsWorseYet_IsNone() =>
        Assert.Empty(Comparison.Of([Mutant], [Mutant with { Share = 0 }], Mutants).Regressions);

    [Fact]
    public void Of_AMutantThatFailsNowhere_IsWorse()
    {
        GoldenRow passing = Mutant with { Share = 0.99, FalseRefusals = 0 };

        Assert.StartsWith("min fails nowhere", Assert.Single(Comparison.Of([passing], [passing], Mutants).Regressions), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_OtherSeeds_HaveNoGoldenFigures()
    {
        Comparison comparison = Comparison.Of([Ours, Mutant], [Ours with { Seeds = 3 }, Mutant], Mutants);

        Assert.StartsWith("a: ours over 3 seeds has no golden figures", Assert.Single(comparison.Regressions), StringComparison.Ordinal);
    }
}
