using AdmissionControl.Concurrency;
using AdmissionControl.Contention;
using AdmissionControl.Tests.Timing;

namespace AdmissionControl.Tests.Concurrency;

public class LimitRegulatorTests
{
    private const long Millisecond = 1_000_000;

    private readonly DrivenClock _clock = new();
    private readonly ThreadCounters _counters = new(LatencySampler.CounterCount);
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
        Sample(regulator, 25, inFlight: 9, AdmissionOutcome.Overloaded);
        Sample(regulator, 4, inFlight: 5);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Sample(regulator, 2, inFlight: 1, AdmissionOutcome.Overloaded);
        _clock.Advance(TimeSpan.FromSeconds(2));
        for (int i = 0; i < 4; i++)
        {
            Sample(regulator, 8, inFlight: 2);
        }

        LimitWindow first = new()
        {
            Duration = TimeSpan.FromSeconds(1),
            Samples = 4,
            LatencySamples = 4,
            Overloaded = 2,
            MeanLatency = TimeSpan.FromMilliseconds(14) / 2,
            MinLatency = TimeSpan.FromMilliseconds(4),
            MaxInFlight = 9,
            MeanInFlight = 0.041,
        };
        LimitWindow second = new()
        {
            Duration = TimeSpan.FromSeconds(2),
            Samples = 4,
            LatencySamples = 4,
            MeanLatency = TimeSpan.FromMilliseconds(8),
            MinLatency = TimeSpan.FromMilliseconds(8),
            MaxInFlight = 2,
            MeanInFlight = 0.016,
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

    /// <summary>At 10,000 a second with 1,000 samples a second, one request in ten is timed, and every one is counted.</summary>
    [Fact]
    public void ReadClock_AboveTheSamplesPerSecond_TimesAShareAndCountsAll()
    {
        Recorder recorder = new();
        LimitRegulator regulator = new(recorder, _gate, _clock, new LimitWindowSize(TimeSpan.FromSeconds(1), 10), new LatencySampler(1000, _counters, first: 0));
        int timed = 0;
        for (int i = 1; i <= 50_000; i++)
        {
            long admittedAt = regulator.ReadClock(_counters.RowOf(PerThread.Current), out bool isTimed);
            _clock.Advance(TimeSpan.FromMicroseconds(100));
            AdmissionOutcome outcome = i % 100 == 0 ? AdmissionOutcome.Overloaded : AdmissionOutcome.Success;
            int inFlight = i == 25_000 ? 9 : 3;
            if (isTimed)
            {
                timed++;
                regulator.Record(admittedAt, inFlight, outcome);
            }
            else
            {
                regulator.RecordUntimed(_counters.RowOf(PerThread.Current), inFlight, outcome);
            }
        }

        // The first window times all: it does not know the rate yet.
        Assert.Equal(recorder.Seen[0].Samples, recorder.Seen[0].LatencySamples);
        Assert.InRange(recorder.Seen.Count, 4, 5);
        Assert.All(recorder.Seen, w => Assert.Equal(TimeSpan.FromMicroseconds(100), w.MeanLatency));
        Assert.All(recorder.Seen.Skip(1), w => Assert.InRange(w.LatencySamples, 990, 1010));
        Assert.All(recorder.Seen, w => Assert.InRange(w.Samples, 9_950, 10_050));
        Assert.InRange(recorder.Seen.Sum(w => w.Overloaded), 395, 500);
        Assert.Single(recorder.Seen, w => w.MaxInFlight == 9);
        Assert.InRange(timed, 13_500, 14_500);
    }

    /// <summary>When the traffic falls, the small share would take long to fill a window: within sixteen requests somebody sees that it is overdue, and from then on all are timed.</summary>
    [Fact]
    public void ReadClock_TrafficFalls_TimesAllUntilTheWindowCloses()
    {
        Recorder recorder = new();
        LimitRegulator regulator = new(recorder, _gate, _clock, new LimitWindowSize(TimeSpan.FromSeconds(1), 2000), new LatencySampler(1000, _counters, first: 0));
        for (int i = 0; i < 150_000; i++)
        {
            long admittedAt = regulator.ReadClock(_counters.RowOf(PerThread.Current), out bool isTimed);
            _clock.Advance(TimeSpan.FromMicroseconds(10));
            if (isTimed)
            {
                regulator.Record(admittedAt, 1, AdmissionOutcome.Success);
            }
            else
            {
                regulator.RecordUntimed(_counters.RowOf(PerThread.Current), 1, AdmissionOutcome.Success);
            }
        }

        Assert.Single(recorder.Seen);
        Assert.False(Enumerable.Range(0, 1000).All(_ => IsTimed()));
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Contains(true, Enumerable.Range(0, 16).Select(_ => IsTimed()));
        for (int i = 0; recorder.Seen.Count == 1; i++)
        {
            long admittedAt = regulator.ReadClock(_counters.RowOf(PerThread.Current), out bool isTimed);
            Assert.True(isTimed);
            Assert.True(i < 2000);
            regulator.Record(admittedAt, 1, AdmissionOutcome.Success);
        }


        bool IsTimed()
        {
            regulator.ReadClock(_counters.RowOf(PerThread.Current), out bool isTimed);
            return isTimed;
        }
    }

    private LimitRegulator Regulator(Recorder algorithm, int samples = 10) =>
        new(algorithm, _gate, _clock, TimeSpan.FromSeconds(1), samples);

    private void Sample(LimitRegulator regulator, double milliseconds, int inFlight = 1, AdmissionOutcome outcome = AdmissionOutcome.Success, int permits = 1) =>
        regulator.Record(_clock.Now - (long)(milliseconds * Millisecond), inFlight, outcome, permits);

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
