using AdmissionControl.Concurrency;
using AdmissionControl.Contention;
using AdmissionControl.Tests.Timing;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>Many begin and few end: a rule that bounds what is in flight is asked before the window has its samples.</summary>
public class LimitRegulatorCrowdTests
{
    private readonly DrivenClock _clock = new();
    private readonly ConcurrencyGate _gate = new(100);

    [Theory]
    [InlineData(5, 0)]
    [InlineData(6, 1)]
    public void Record_MoreInFlightThanTheRuleAllows_EndsTheWindowWithTheSamplesThereAre(int inFlight, int windows)
    {
        RecordingLimit rule = new() { Limit = 100, NextWindow = Bounded(5) };
        LimitRegulator regulator = Regulator(rule);
        Acquire(inFlight);
        _clock.Advance(TimeSpan.FromSeconds(2));
        End(regulator);

        Assert.Equal(windows, rule.Seen.Count);
        Assert.All(rule.Seen, window => Assert.Equal((1, inFlight, TimeSpan.FromSeconds(2)), (window.Samples, window.InFlight, window.Duration)));
    }

    /// <summary>So that many who come at once make no window of each who ends.</summary>
    [Fact]
    public void Record_MoreInFlightBeforeTheShortestDuration_KeepsTheWindowOpen()
    {
        RecordingLimit rule = new() { Limit = 100, NextWindow = Bounded(5) };
        LimitRegulator regulator = Regulator(rule);
        Acquire(50);
        _clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        End(regulator);
        Assert.Empty(rule.Seen);
        _clock.Advance(TimeSpan.FromTicks(1));
        End(regulator);
        Assert.Equal(2, Assert.Single(rule.Seen).Samples);
    }

    /// <summary>A service that shares its processors among more and more requests may end none of them: those who come see it, too.</summary>
    [Theory]
    [InlineData(5, 0)]
    [InlineData(6, 1)]
    public void ReadClock_MoreInFlightThanTheRuleAllows_EndsTheWindowThoughNobodyEnds(int inFlight, int windows)
    {
        RecordingLimit rule = new() { Limit = 100, NextWindow = Bounded(5) };
        ThreadCounters counters = new(LatencySampler.CounterCount);
        LimitRegulator regulator = new(rule, _gate, _clock, new LimitWindowSize(TimeSpan.FromSeconds(1), 3), new LatencySampler(int.MaxValue, counters, first: 0));
        Acquire(inFlight);
        _clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        regulator.ReadClock(counters.RowOf(PerThread.Current), out _);
        Assert.Empty(rule.Seen);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(_clock.Now, regulator.ReadClock(counters.RowOf(PerThread.Current), out bool isTimed));
        Assert.True(isTimed);
        Assert.Equal(windows, rule.Seen.Count);
        Assert.All(rule.Seen, window => Assert.Equal((0, inFlight), (window.Samples, window.InFlight)));
    }

    /// <summary>Zero and below are no bound, and one holds for the next window only.</summary>
    [Fact]
    public void Record_RuleSetsNoBound_WaitsForTheSamples()
    {
        RecordingLimit rule = new() { Limit = 100, NextWindow = Bounded(-1), Sizes = new([Bounded(5), null]) };
        LimitRegulator regulator = Regulator(rule);
        Acquire(50);
        int[] samples = [3, 1, 3];
        for (int window = 0; window < samples.Length; window++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            for (int i = 0; i < samples[window]; i++)
            {
                Assert.Equal(window, rule.Seen.Count);
                End(regulator);
            }
        }

        Assert.Equal(samples, rule.Seen.Select(window => window.Samples));
    }

    private static LimitWindowSize Bounded(int maxInFlight) => new(TimeSpan.FromSeconds(1), 3) { MaxInFlight = maxInFlight };

    private LimitRegulator Regulator(RecordingLimit rule) => new(rule, _gate, _clock, TimeSpan.FromSeconds(1), 3);

    private void Acquire(int permits)
    {
        for (int i = 0; i < permits; i++)
        {
            Assert.True(_gate.TryAcquire());
        }
    }

    private void End(LimitRegulator regulator) => regulator.Record(_clock.Now - 1_000_000, 1, AdmissionOutcome.Success);
}
