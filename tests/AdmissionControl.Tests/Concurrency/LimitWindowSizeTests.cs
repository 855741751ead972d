using AdmissionControl.Concurrency;
using AdmissionControl.Tests.Timing;

namespace AdmissionControl.Tests.Concurrency;

public class LimitWindowSizeTests
{
    private static readonly LimitWindowSize Default = new(TimeSpan.FromSeconds(1), 10);

    private readonly DrivenClock _clock = new();

    [Theory]
    [InlineData(0, 0, 1, 1)]
    [InlineData(0.9, 1, 1, 1)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(60_000, 100_000, 60_000, 100_000)]
    [InlineData(60_001, 100_001, 60_000, 100_000)]
    [InlineData(-5, int.MinValue, 1, 1)]
    [InlineData(1e15, int.MaxValue, 60_000, 100_000)]
    public void WithinRange_AnySize_IsTheNearestAllowed(double milliseconds, int samples, double expectedMilliseconds, int expectedSamples) =>
        Assert.Equal(
            new LimitWindowSize(TimeSpan.FromMilliseconds(expectedMilliseconds), expectedSamples),
            new LimitWindowSize(TimeSpan.FromTicks((long)Math.Clamp(milliseconds * 1e4, -1e18, 1e18)), samples).WithinRange());

    /// <summary>Zero and below: none is late.</summary>
    [Theory]
    [InlineData(long.MinValue, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void WithinRange_AnyLateAfter_IsTheNearestAllowed(long ticks, long expected) =>
        Assert.Equal(
            new LimitWindowSize(TimeSpan.FromSeconds(1), 10) { LateAfter = TimeSpan.FromTicks(expected) },
            new LimitWindowSize(TimeSpan.FromSeconds(1), 10) { LateAfter = TimeSpan.FromTicks(ticks) }.WithinRange());

    /// <summary>Zero and below: no bound.</summary>
    [Theory]
    [InlineData(int.MinValue, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void WithinRange_AnyMaxInFlight_IsTheNearestAllowed(int permits, int expected) =>
        Assert.Equal(Default with { MaxInFlight = expected }, (Default with { MaxInFlight = permits }).WithinRange());

    [Fact]
    public void Regulator_FirstRuleAsksForASize_TheFirstWindowHasIt()
    {
        LimitRegulator regulator = Regulator(new RecordingLimit { NextWindow = new LimitWindowSize(TimeSpan.FromSeconds(3), 7) });
        Assert.Equal((TimeSpan.FromSeconds(3), 7), (regulator.MinDuration, regulator.MinSamples));
    }

    [Fact]
    public void Regulator_RuleAsksForNone_TheOptionsHold()
    {
        LimitRegulator regulator = Regulator(new RecordingLimit());
        Assert.Equal((TimeSpan.FromSeconds(1), 10), (regulator.MinDuration, regulator.MinSamples));
    }

    /// <summary>The windows are, one after another, as long as the rule asked for, and end at the first request that meets both bounds.</summary>
    [Fact]
    public void Regulator_RuleAsksAfterEachWindow_TheNextHasThatSize()
    {
        RecordingLimit recorder = new()
        {
            Sizes = new([new LimitWindowSize(TimeSpan.FromMilliseconds(50), 3), new LimitWindowSize(TimeSpan.FromSeconds(4), 1), null]),
        };
        LimitRegulator regulator = Regulator(recorder);
        for (int i = 0; i < 1000 && recorder.Seen.Count < 4; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(40));
            regulator.Record(_clock.Now, 1, AdmissionOutcome.Success);
        }

        // 25 of 40 ms are 1 s and more than 10; 3 of 40 ms more than 50 ms; 100 are 4 s; then the options again.
        Assert.Equal([25, 3, 100, 25], recorder.Seen.Select(w => w.Samples));
        Assert.Equal([1000, 120, 4000, 1000], recorder.Seen.Select(w => w.Duration.TotalMilliseconds));
    }

    /// <summary>A rule that asks for windows without end or without length gets the longest and the shortest.</summary>
    [Fact]
    public void Regulator_RuleAsksOutOfRange_TheNearestAllowedHolds()
    {
        RecordingLimit recorder = new() { Sizes = new([new LimitWindowSize(TimeSpan.MaxValue, int.MaxValue), new LimitWindowSize(TimeSpan.MinValue, 0)]) };
        LimitRegulator regulator = Regulator(recorder);
        End(regulator, 10);
        Assert.Equal((TimeSpan.FromMinutes(1), 100_000), (regulator.MinDuration, regulator.MinSamples));
        End(regulator, 100_000);
        Assert.Equal((TimeSpan.FromMilliseconds(1), 1), (regulator.MinDuration, regulator.MinSamples));
    }

    [Fact]
    public void Restart_RuleAsksForASize_ItHoldsAtOnce()
    {
        LimitRegulator regulator = Regulator(new RecordingLimit());
        regulator.Restart(new RecordingLimit { NextWindow = new LimitWindowSize(TimeSpan.FromSeconds(2), 4) });
        Assert.Equal((TimeSpan.FromSeconds(2), 4), (regulator.MinDuration, regulator.MinSamples));
        regulator.Restart(new RecordingLimit());
        Assert.Equal((TimeSpan.FromSeconds(1), 10), (regulator.MinDuration, regulator.MinSamples));
    }

    private LimitRegulator Regulator(RecordingLimit rule) =>
        new(rule, new ConcurrencyGate(1), _clock, Default.MinDuration, Default.MinSamples);

    private void End(LimitRegulator regulator, int requests)
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        for (int i = 0; i < requests; i++)
        {
            regulator.Record(_clock.Now, 1, AdmissionOutcome.Success);
        }
    }
}
