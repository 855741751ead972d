using AdmissionControl.Concurrency;
using AdmissionControl.Tests.Timing;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>Which requests count as late is the rule's to say, anew for each window.</summary>
public class LimitRegulatorLateTests
{
    private readonly DrivenClock _clock = new();

    [Fact]
    public void Record_RuleAsksAfterEachWindow_TheNextCountsAboveThat()
    {
        RecordingLimit rule = new() { NextWindow = Above(30), Sizes = new([Above(10), Above(0), null, Above(30)]) };
        LimitRegulator regulator = Regulator(rule);
        for (int i = 0; i < 5; i++)
        {
            Close(regulator, 10, 20, 30, 40);
        }

        // No size is asked for after the third: then the regulator's own holds, which counts none.
        Assert.Equal([1, 3, 0, 0, 1], rule.Seen.Select(w => w.Late));
    }

    [Fact]
    public void Record_RuleAsksForNothing_CountsNone()
    {
        RecordingLimit rule = new();
        Close(Regulator(rule), 10, 20, 30, 60_000);
        Assert.Equal(0, Assert.Single(rule.Seen).Late);
    }

    /// <summary>What the old rule held for late says nothing to the new one.</summary>
    [Fact]
    public void Restart_AnotherRule_CountsAnewAboveItsOwn()
    {
        RecordingLimit rule = new() { NextWindow = Above(1) };
        LimitRegulator regulator = Regulator(rule);
        regulator.Record(_clock.Now - 50_000_000, 1, AdmissionOutcome.Success);
        RecordingLimit other = new() { NextWindow = Above(30) };
        regulator.Restart(other);
        Close(regulator, 10, 20, 30, 40);
        Assert.Equal((0, 1), (rule.Seen.Count, Assert.Single(other.Seen).Late));
    }

    private static LimitWindowSize Above(double milliseconds) =>
        new(TimeSpan.FromSeconds(1), 4) { LateAfter = TimeSpan.FromMilliseconds(milliseconds) };

    private LimitRegulator Regulator(RecordingLimit rule) => new(rule, new ConcurrencyGate(1), _clock, TimeSpan.FromSeconds(1), 4);

    private void Close(LimitRegulator regulator, params double[] milliseconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        foreach (double latency in milliseconds)
        {
            regulator.Record(_clock.Now - (long)(latency * 1e6), 1, AdmissionOutcome.Success);
        }
    }
}
