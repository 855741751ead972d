using AdmissionControl.Concurrency;
using AdmissionControl.Tests.Timing;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>A window that nobody ends: a rule that bounds it is asked all the same, once others are refused.</summary>
public class LimitRegulatorStallTests
{
    private readonly DrivenClock _clock = new();

    [Fact]
    public void LookAfterRefusal_LongerThanTheRuleAllows_ShowsTheRuleWhatThereIs()
    {
        RecordingLimit rule = new() { NextWindow = Bounded(2), Next = 7 };
        var gate = new ConcurrencyGate(1);
        LimitRegulator regulator = new(rule, gate, _clock, TimeSpan.FromSeconds(1), 10);
        regulator.Record(_clock.Now - 1_000_000, 1, AdmissionOutcome.Success);

        _clock.Advance(TimeSpan.FromSeconds(1.9));
        Refuse(regulator, 16);
        Assert.Empty(rule.Seen);

        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Refuse(regulator, 16);

        LimitWindow window = Assert.Single(rule.Seen);
        Assert.Equal((1, TimeSpan.FromSeconds(2.1)), (window.Samples, window.Duration));
        Assert.Equal(7, gate.Limit);
    }

    [Fact]
    public void LookAfterRefusal_NoBound_WaitsForSomebodyToEnd()
    {
        RecordingLimit rule = new();
        LimitRegulator regulator = new(rule, new ConcurrencyGate(1), _clock, TimeSpan.FromSeconds(1), 10);
        _clock.Advance(TimeSpan.FromHours(1));
        Refuse(regulator, 100);
        Assert.Empty(rule.Seen);
    }

    /// <summary>Ten requests hold their permits for an hour; a trial that goes below ten must not shut everybody else out for as long.</summary>
    [Fact]
    public void KneeLimit_TrialBelowWhatIsHeldForLong_GivesUp()
    {
        KneeLimit rule = new(new LimitRange(20, 1, 20), TimeSpan.FromSeconds(1));
        while (rule.Limit == 20)
        {
            rule = Windows.Step(rule, Bound(seconds: 0.1, ends: 100));
        }

        Assert.True(rule.Limit <= 10, $"A trial at {rule.Limit}.");
        LimitWindowSize size = rule.NextWindow!.Value;
        Assert.InRange(size.MaxDuration, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

        rule = Windows.Step(rule, Bound(size.MaxDuration.TotalSeconds, ends: 0));

        Assert.Equal(20, rule.Limit);
    }

    private static LimitWindow Bound(double seconds, int ends) => new()
    {
        Duration = TimeSpan.FromSeconds(seconds),
        Samples = ends,
        LatencySamples = ends,
        MeanLatency = TimeSpan.FromMilliseconds(ends == 0 ? 0 : 20),
        MinLatency = TimeSpan.FromMilliseconds(ends == 0 ? 0 : 10),
        MeanInFlight = ends == 0 ? 0 : 20,
        MaxInFlight = 20,
        InFlight = 20,
        Blocked = 100,
    };

    private static LimitWindowSize Bounded(double seconds) => new(TimeSpan.FromSeconds(1), 10) { MaxDuration = TimeSpan.FromSeconds(seconds) };

    private static void Refuse(LimitRegulator regulator, int times)
    {
        for (int refusals = 1; refusals <= times; refusals++)
        {
            regulator.LookAfterRefusal(refusals);
        }
    }
}
