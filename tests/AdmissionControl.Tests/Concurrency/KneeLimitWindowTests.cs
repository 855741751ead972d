using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>How long the rule looks before it speaks, and what it does not look at.</summary>
public class KneeLimitWindowTests
{
    private const double Full = 1000;

    /// <summary>Whether it has ended or not, what is later than the objective must be known: a window lasts no longer, or a second.</summary>
    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(10, 10)]
    public void NextWindow_UnderASteadyLimit_LastsNoLongerThanTheObjectiveOrASecond(double objective, double seconds)
    {
        KneeLimit rule = new(new LimitRange(100, 1, 1000), TimeSpan.FromSeconds(objective));
        Assert.Equal(TimeSpan.FromSeconds(seconds), rule.NextWindow!.Value.MaxDuration);
        rule = Windows.Step(rule, Window(Full));
        Assert.Equal(TimeSpan.FromSeconds(seconds), rule.NextWindow!.Value.MaxDuration);
    }

    /// <summary>What a raise from 100 to 150 lets in takes a latency to end; a window that is shorter may fall into the gap, and is not taken for a slower service.</summary>
    [Fact]
    public void After_AGapBehindALargeRaise_LimitStaysUp()
    {
        KneeLimit rule = RaisedOnce();
        double raised = rule.Limit;
        rule = Windows.Step(rule, Window(0.3 * Full));
        Assert.InRange(rule.Limit, raised, 1.1 * raised);
    }

    /// <summary>The second one counts.</summary>
    [Fact]
    public void After_TwoSlowWindowsBehindALargeRaise_LimitFalls()
    {
        KneeLimit rule = RaisedOnce();
        double raised = rule.Limit;
        rule = Windows.Step(Windows.Step(rule, Window(0.3 * Full)), Window(0.3 * Full));
        Assert.InRange(rule.Limit, 1, 0.9 * raised);
    }

    // Nothing is tried yet, and what can be answered in time is 0.6 x 250 ms x 1,000/s = 150.
    private static KneeLimit RaisedOnce()
    {
        KneeLimit start = new(new LimitRange(100, 1, 1000), TimeSpan.FromSeconds(0.25));
        KneeLimit rule = Windows.Step(start, Window(Full, seconds: 1));
        Assert.Equal(150, rule.Limit);
        return rule;
    }

    /// <summary>A window with a latency of 100 ms, in which as many are blocked as are served.</summary>
    private static LimitWindow Window(double rate, double seconds = 0.1) => new()
    {
        Duration = TimeSpan.FromSeconds(seconds),
        Samples = (int)(rate * seconds),
        LatencySamples = (int)(rate * seconds),
        MeanLatency = TimeSpan.FromSeconds(0.1),
        MinLatency = TimeSpan.FromSeconds(0.1),
        MaxInFlight = 100,
        MeanInFlight = 100,
        InFlight = 100,
        Blocked = (int)(rate * seconds),
    };
}
