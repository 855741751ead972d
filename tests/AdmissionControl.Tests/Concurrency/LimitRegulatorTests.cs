using AdmissionControl.Concurrency;
using AdmissionControl.Tests.Timing;

namespace AdmissionControl.Tests.Concurrency;

public class LimitRegulatorTests
{
    private const long Millisecond = 1_000_000;

    private readonly DrivenClock _clock = new();
    private readonly ConcurrencyGate _gate = new(1);

    [Fact]
    public void Constructor_Algorithm_SetsTheGatesLimit()
    {
        Regulator(new Recorder { Limit = 7.9 });
        Assert.Equal(7, _gate.Limit);
    }

    [Fact]
    public void Record_EnoughTimeButTooFewSamples_KeepsTheWindowOpen()
    {
        Recorder recorder = new();
        LimitRegulator regulator = Regulator(recorder, samples: 3);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Sample(regulator, 1);
        Sample(regulator, 2);
        Assert.Empty(recorder.Seen);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Sample(regulator, 3);
        LimitWindow window = Assert.Single(recorder.Seen);
        Assert.Equal((3, TimeSpan.FromSeconds(20)), (window.Samples, window.Duration));
    }

    [Fact]
    public void Record_EnoughSamplesButTooEarly_KeepsTheWindowOpen()
    {
        Recorder recorder = new();
        LimitRegulator regulator = Regulator(recorder, samples: 3);
        for (int i = 0; i < 5; i++)
        {
            Sample(regulator, 1);
        }

        _clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Sample(regulator, 1);
        Assert.Empty(recorder.Seen);
        _clock.Advance(TimeSpan.FromTicks(1));
        Sample(regulator, 1);
        Assert.Equal(7, Assert.Single(recorder.Seen).Samples);
    }

    [Fact]
    public void Record_AWindow_MeasuresItExactlyAndTheNextBeginsEmpty()
    {
        Recorder recorder = new();
        LimitRegulator regulator = Regulator(recorder, samples: 4);
        Sample(regulator, 10, inFlight: 3);
        Sample(regulator, 25, inFlight: 9, overloaded: true);
        Sample(regulator, 4, inFlight: 5);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Sample(regulator, 2, inFlight: 1, overloaded: true);
        _clock.Advance(TimeSpan.FromSeconds(2));
        for (int i = 0; i < 4; i++)
        {
            Sample(regulator, 8, inFlight: 2);
        }

        LimitWindow first = new()
        {
            Duration = TimeSpan.FromSeconds(1),
            Samples = 4,
            Overloaded = 2,
            MeanLatency = TimeSpan.FromMilliseconds(41) / 4,
            MinLatency = TimeSpan.FromMilliseconds(2),
            MaxInFlight = 9,
        };
        LimitWindow second = new()
        {
            Duration = TimeSpan.FromSeconds(2),
            Samples = 4,
            MeanLatency = TimeSpan.FromMilliseconds(8),
            MinLatency = TimeSpan.FromMilliseconds(8),
            MaxInFlight = 2,
        };
        Assert.Equal([first, second], recorder.Seen);
    }

    [Theory]
    [InlineData(5.99, 20, 5)]
    [InlineData(0.3, 20, 1)]
    [InlineData(21.5, 20, 20)]
    public void Record_WindowCloses_TheGateTakesTheWholePartWithinBounds(double limit, int max, int expected)
    {
        Recorder recorder = new() { Limit = 5, MaxLimit = max, Next = limit };
        LimitRegulator regulator = Regulator(recorder, samples: 1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Sample(regulator, 1);
        Assert.Equal(expected, _gate.Limit);
        Assert.Equal(limit, regulator.Algorithm.Limit);
    }

    [Fact]
    public void Record_LatencyOutOfRange_CountsAsNothingOrAMinute()
    {
        Recorder recorder = new();
        LimitRegulator regulator = Regulator(recorder, samples: 2);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Sample(regulator, -5);
        Sample(regulator, 600_000);
        LimitWindow window = Assert.Single(recorder.Seen);
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.Zero), (window.MeanLatency, window.MinLatency));
    }

    [Fact]
    public void Record_OnlyEndlessLatencies_TheLeastIsAMinute()
    {
        Recorder recorder = new();
        LimitRegulator regulator = Regulator(recorder, samples: 1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Sample(regulator, 600_000);
        Assert.Equal(TimeSpan.FromMinutes(1), Assert.Single(recorder.Seen).MinLatency);
    }

    [Fact]
    public void Record_MoreMinutesThanTheWordHolds_ClosesEarlyWithTheRightMean()
    {
        Recorder recorder = new();
        LimitRegulator regulator = Regulator(recorder, samples: 100_000);
        _clock.Advance(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 100_000; i++)
        {
            Sample(regulator, 60_000);
        }

        Assert.NotEmpty(recorder.Seen);
        Assert.All(recorder.Seen, w => Assert.Equal(TimeSpan.FromMinutes(1), w.MeanLatency));
        Assert.All(recorder.Seen, w => Assert.InRange(w.Samples, 10_000, 29_000));
    }

    [Fact]
    public void Record_MoreSamplesThanTheWordHolds_ClosesBeforeTheTime()
    {
        Recorder recorder = new();
        LimitRegulator regulator = Regulator(recorder, samples: 10);
        for (int i = 0; i < 600_000; i++)
        {
            Sample(regulator, 1);
        }

        Assert.Equal([1 << 18, 1 << 18], recorder.Seen.Select(w => w.Samples));
        Assert.All(recorder.Seen, w => Assert.Equal(TimeSpan.FromMilliseconds(1), w.MeanLatency));
    }

    [Fact]
    public void Restart_AnotherRule_StartsAtItsOwnLimit()
    {
        Recorder old = new() { Limit = 5 };
        LimitRegulator regulator = Regulator(old, samples: 1);
        Recorder fresh = new() { Limit = 9, Next = 10 };
        regulator.Restart(fresh);
        Assert.Equal(9, _gate.Limit);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Sample(regulator, 1);
        Assert.Equal((0, 1, 10), (old.Seen.Count, fresh.Seen.Count, _gate.Limit));
    }

    private LimitRegulator Regulator(Recorder algorithm, int samples = 10) =>
        new(algorithm, _gate, _clock, TimeSpan.FromSeconds(1), samples);

    private void Sample(LimitRegulator regulator, double milliseconds, int inFlight = 1, bool overloaded = false) =>
        regulator.Record(_clock.Now - (long)(milliseconds * Millisecond), inFlight, overloaded);

    /// <summary>Not pure on purpose: it keeps what it was shown.</summary>
    private sealed record Recorder : ILimitAlgorithm
    {
        public List<LimitWindow> Seen { get; } = [];

        public double Limit { get; init; } = 5;

        public double? Next { get; init; }

        public int MaxLimit { get; init; } = 1000;

        public ILimitAlgorithm After(in LimitWindow window)
        {
            Seen.Add(window);
            return this with { Limit = Next ?? Limit };
        }
    }
}
