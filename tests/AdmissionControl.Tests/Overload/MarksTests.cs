using AdmissionControl.Benchmarks.Overload;

namespace AdmissionControl.Tests.Overload;

public class MarksTests
{
    private const double Best = 400;

    // 3 x 14 ms, and half of an objective of 60 ms.
    private const double MostP99Ms = 42 + 30;

    private static readonly Baseline Quiet = new(TimeSpan.FromMilliseconds(6), TimeSpan.FromMilliseconds(14), 400, OthersShare: 0.02);

    [Theory]
    [InlineData(360, MostP99Ms, true, true)]
    [InlineData(359, MostP99Ms, false, true)]
    [InlineData(360, MostP99Ms + 0.1, true, false)]
    [InlineData(0, null, false, false)]
    public void Judge_TheLargestLoad_AgainstTheBestAndTheBaseline(double goodput, double? p99Ms, bool isGoodputMet, bool isLatencyMet)
    {
        IReadOnlyList<Mark> marks = Marks.Judge(Arm(Step(1, 390, 900), Step(3, Best, 900), Step(5, goodput, p99Ms)), Quiet);

        Assert.Equal([isGoodputMet, isLatencyMet], marks.Select(m => m.IsMet));
    }

    [Fact]
    public void Judge_NothingEverGood_MissesTheGoodput() =>
        Assert.False(Marks.Judge(Arm(Step(1, 0, 900), Step(5, 0, 900)), Quiet)[0].IsMet);

    [Fact]
    public void Judge_Any_SaysBoundAndMeasured()
    {
        IReadOnlyList<Mark> marks = Marks.Judge(Arm(Step(3, Best, 50), Step(5, 300, 55.4)), Quiet);

        Assert.Contains("400/s at 3x", marks[0].Promise);
        Assert.Contains("= 72 ms", marks[1].Promise);
        Assert.Equal(["300/s, 0.75", "55 ms"], marks.Select(m => m.Measured));
    }

    [Theory]
    [InlineData(15, 0.1, 0)]
    [InlineData(15.1, 0.1, 1)]
    [InlineData(15, 0.11, 1)]
    [InlineData(15.1, 0.11, 2)]
    [InlineData(15, null, 0)]
    public void Noise_AStep_IsLatenessAndOthers(double latenessMs, double? others, int expected) =>
        Assert.Equal(expected, Marks.Noise(Arm(Step(1, Best, 50), Step(5, Best, 50, latenessMs, others)), Quiet).Count);

    [Theory]
    [InlineData(0.1, false)]
    [InlineData(0.11, true)]
    [InlineData(null, false)]
    public void Noise_TheBaseline_IsOthers(double? others, bool expected) =>
        Assert.Equal(expected, Marks.Noise(Arm(Step(1, Best, 50)), Quiet with { OthersShare = others }).Count == 1);

    private static ArmResult Arm(params StepResult[] steps) => new(Benchmarks.Overload.Arm.Adaptive, steps);

    private static StepResult Step(double load, double goodput, double? p99Ms, double latenessMs = 1, double? others = 0)
    {
        var figures = new LoadFigures(load * Best, goodput, 0, 0, p99Ms, p99Ms, latenessMs);
        return new StepResult(load, figures, figures, new HostFigures(20, 5, 1, 0.8, 0.1, others));
    }
}
