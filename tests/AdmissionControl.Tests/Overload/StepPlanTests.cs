using AdmissionControl.Benchmarks.Overload;

namespace AdmissionControl.Tests.Overload;

public class StepPlanTests
{
    private readonly StepPlan _plan = new([0.5, 1, 5], settling: TimeSpan.FromSeconds(4), measured: TimeSpan.FromSeconds(7));

    [Fact]
    public void Steps_OfLoads_FollowEachOtherWithoutAPause() => Assert.Equal(
        [
            new Step(0.5, TimeSpan.Zero, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(11)),
            new Step(1, TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(22)),
            new Step(5, TimeSpan.FromSeconds(22), TimeSpan.FromSeconds(26), TimeSpan.FromSeconds(33)),
        ],
        _plan.Steps);

    [Fact]
    public void Duration_OfSteps_IsTheEndOfTheLast() => Assert.Equal(TimeSpan.FromSeconds(33), _plan.Duration);
}
