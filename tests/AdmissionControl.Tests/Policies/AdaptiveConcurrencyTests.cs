using AdmissionControl.Concurrency;
using AdmissionControl.Policies;

namespace AdmissionControl.Tests.Policies;

public class AdaptiveConcurrencyTests
{
    private static readonly TimeSpan Objective = TimeSpan.FromMilliseconds(300);

    [Fact]
    public void AdaptiveConcurrency_Nothing_IsTheDefaultRule() => Assert.Equal(new KneeLimit(), AlgorithmOf(p => p.AdaptiveConcurrency()));

    [Fact]
    public void AdaptiveConcurrency_AnObjective_IsTheRules() =>
        Assert.Equal(new KneeLimit(objective: Objective), AlgorithmOf(p => p.AdaptiveConcurrency(Objective)));

    [Fact]
    public void AdaptiveConcurrency_Configured_HasThoseOptions() =>
        Assert.Equal(
            new KneeLimit(new LimitRange(20, 1, 50), Objective),
            AlgorithmOf(p => p.AdaptiveConcurrency(c => (c.Objective, c.Max) = (Objective, 50))));

    /// <summary>The last call counts, whichever it is.</summary>
    [Fact]
    public void AdaptiveConcurrency_Twice_TheLastReplacesTheFirst()
    {
        Assert.Equal(new KneeLimit(), AlgorithmOf(p => p.AdaptiveConcurrency(Objective).AdaptiveConcurrency()));
        Assert.Equal(new KneeLimit(objective: Objective), AlgorithmOf(p => p.Concurrency(new FixedLimit(3)).AdaptiveConcurrency(Objective)));
    }

    [Fact]
    public void AdaptiveConcurrency_NullConfigure_Throws() =>
        Assert.Throws<ArgumentNullException>("configure", () => Policy.Options(p => p.AdaptiveConcurrency(null!)));

    private static ILimitAlgorithm? AlgorithmOf(Action<AdmissionPolicyBuilder> configure) => PolicyPlan.From("shop", Policy.Options(configure)).Algorithm;
}
