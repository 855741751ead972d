using AdmissionControl.Concurrency;
using AdmissionControl.Contention;
using AdmissionControl.Hosting;
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
        Regulator(new RecordingLimit { Limit = 7.9 });
        Assert.Equal(7, _gate.Limit);
    }

    [Fact]
    public void Record_EnoughTimeButTooFewSamples_KeepsTheWindowOpen()
    {
        RecordingLimit recorder = new();
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
        RecordingLimit recorder = new();
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
        RecordingLimit recorder = new();
        LimitRegulator regulator = Regulator(recorder, samples: 5);
        Sample(regulator, 10, inFlight: 3);
        Sample(regulator, 25, inFlight: 9, AdmissionOutcome.Overloaded);
        Sample(regulator, 4, inFlight: 5, permits: 3);
        Sample(regulator, 100, inFlight: 1, AdmissionOutcome.Ignored);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _gate.Enter(2);
        Sample(regulator, 2, inFlight: 1, AdmissionOutcome.Overloaded);
        _gate.Release(2);
        _clock.Advance(TimeSpan.FromSeconds(2));
        for (int i = 0; i < 5; i++)
        {
            Sample(regulator, 8, inFlight: 2);
        }

        LimitWindow first = new()
        {
            Duration = TimeSpan.FromSeconds(1),
            Samples = 4,
            LatencySamples = 4,
            Overloaded = 2,
            Ignored = 1,
            MeanLatency = TimeSpan.FromMilliseconds(14) / 2,
            MinLatency = TimeSpan.FromMilliseconds(4),
            MaxInFlight = 9,
            MeanInFlight = 0.149, // 10 + 25 + 3 x 4 + 100 + 2 ms
            InFlight = 2,
        };
        LimitWindow second = new()
        {
            Duration = TimeSpan.FromSeconds(2),
            Samples = 5,
            LatencySamples = 5,
            MeanLatency = TimeSpan.FromMilliseconds(8),
            MinLatency = TimeSpan.FromMilliseconds(8),
            MaxInFlight = 2,
            MeanInFlight = 0.02, // 5 x 8 ms in 2 s
        };
        Assert.Equal([first, second], recorder.Seen);
    }

    /// <summary>A service whose clients all give up has windows, too, and they show what it holds.</summary>
    [Fact]
    public void Record_AllIgnored_ClosesAWindowWithoutSamples()
    {
        RecordingLimit recorder = new();
        LimitRegulator regulator = Regulator(recorder, samples: 3);
        _clock.Advance(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 3; i++)
        {
            Sample(regulator, 500, inFlight: 4, AdmissionOutcome.Ignored);
        }

        LimitWindow expected = new() { Duration = TimeSpan.FromSeconds(1), Ignored = 3, MaxInFlight = 4, MeanInFlight = 1.5 };
        Assert.Equal(expected, Assert.Single(recorder.Seen));
    }

    /// <summary>Whatever way the requests end, they count together towards the fewest of a window.</summary>
    [Theory]
    [InlineData(AdmissionOutcome.Success)]
    [InlineData(AdmissionOutcome.Overloaded)]
    [InlineData(AdmissionOutcome.Ignored)]
    public void Record_EndsOfAllKinds_CloseAtTheFewestTogether(AdmissionOutcome last)
    {
        RecordingLimit recorder = new();
        LimitRegulator regulator = Regulator(recorder, samples: 4);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Sample(regulator, 1, outcome: AdmissionOutcome.Ignored);
        Sample(regulator, 1, outcome: AdmissionOutcome.Overloaded);
        Sample(regulator, 1);
        Assert.Empty(recorder.Seen);
        Sample(regulator, 1, outcome: last);
        LimitWindow window = Assert.Single(recorder.Seen);
        Assert.Equal(4, window.Samples + window.Ignored);
    }

    [Fact]
    public void Record_ASourceOfBlocked_CountsThoseOfTheWindow()
    {
        RecordingLimit recorder = new();
        long blocked = 0;
        LimitRegulator regulator = Regulator(recorder, samples: 1, blocked: () => blocked);
        foreach (long total in (long[])[7, 7, 3_000_000_000, 3_000_000_005])
        {
            blocked = total;
            CloseWindow(regulator);
        }

        Assert.Equal([7, 0, int.MaxValue, 5], recorder.Seen.Select(w => w.Blocked));
        blocked += 9;
        RecordingLimit fresh = new();
        regulator.Restart(fresh);
        CloseWindow(regulator);
        Assert.Equal(0, Assert.Single(fresh.Seen).Blocked);
    }

    [Fact]
    public void Record_AWitness_IsAskedOnceAWindow()
    {
        RecordingLimit recorder = new();
        var witness = new Witness();
        LimitRegulator regulator = Regulator(recorder, samples: 1, witness: witness);
        Sample(regulator, 1);
        Assert.Equal(0, witness.Asked);
        CloseWindow(regulator);
        witness.Next = null;
        CloseWindow(regulator);
        Assert.Equal([TimeSpan.FromMilliseconds(3), null], recorder.Seen.Select(w => w.HostDelay));
        Assert.Equal(2, witness.Asked);
    }

    [Theory]
    [InlineData(5.99, 20, 5)]
    [InlineData(0.3, 20, 1)]
    [InlineData(21.5, 20, 20)]
    public void Record_WindowCloses_TheGateTakesTheWholePartWithinBounds(double limit, int max, int expected)
    {
        RecordingLimit recorder = new() { Limit = 5, MaxLimit = max, Next = limit };
        LimitRegulator regulator = Regulator(recorder, samples: 1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Sample(regulator, 1);
        Assert.Equal(expected, _gate.Limit);
        Assert.Equal(limit, regulator.Algorithm.Limit);
    }

    [Fact]
    public void Record_LatencyOutOfRange_CountsAsNothingOrAMinute()
    {
        RecordingLimit recorder = new();
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
        RecordingLimit recorder = new();
        LimitRegulator regulator = Regulator(recorder, samples: 1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Sample(regulator, 600_000);
        Assert.Equal(TimeSpan.FromMinutes(1), Assert.Single(recorder.Seen).MinLatency);
    }

    [Fact]
    public void Record_MoreMinutesThanTheWordHolds_ClosesEarlyWithTheRightMean()
    {
        RecordingLimit recorder = new();
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
        RecordingLimit recorder = new();
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
        RecordingLimit old = new() { Limit = 5 };
        LimitRegulator regulator = Regulator(old, samples: 1);
        RecordingLimit fresh = new() { Limit = 9, Next = 10 };
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
        RecordingLimit recorder = new();
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
        RecordingLimit recorder = new();
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

    /// <summary>The coarse clock may run ahead by more than a short window: that alone makes none overdue, and so brings no readings of the precise clock.</summary>
    [Fact]
    public void ReadClock_CoarseClockAheadOfAShortWindow_TimesTheShare()
    {
        const long Tick = 20 * Millisecond;
        var clock = new DrivenClock(Tick);
        var size = new LimitWindowSize(TimeSpan.FromMilliseconds(1), 1);
        LimitRegulator regulator = new(new RecordingLimit(), _gate, clock, size, new LatencySampler(1000, _counters, first: 0));
        CounterRow row = _counters.RowOf(PerThread.Current);
        for (int i = 0; i < 1000; i++)
        {
            long admittedAt = regulator.ReadClock(row, out _);
            clock.Now += 1000;
            regulator.Record(admittedAt, 1, AdmissionOutcome.Success);
        }

        clock.Lag = 1 - Tick;
        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => IsTimed()), 1, 100);
        clock.Advance(TimeSpan.FromMilliseconds(30));
        Assert.Contains(true, Enumerable.Range(0, 16).Select(_ => IsTimed()));

        bool IsTimed()
        {
            regulator.ReadClock(row, out bool isTimed);
            return isTimed;
        }
    }

    private LimitRegulator Regulator(RecordingLimit algorithm, int samples = 10, Func<long>? blocked = null, IHostWitness? witness = null) => new(
        algorithm,
        _gate,
        _clock,
        new LimitWindowSize(TimeSpan.FromSeconds(1), samples),
        new LatencySampler(int.MaxValue, _counters, first: 0),
        blocked,
        witness);

    private void CloseWindow(LimitRegulator regulator)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        Sample(regulator, 1);
    }

    private void Sample(
        LimitRegulator regulator, double milliseconds, int inFlight = 1, AdmissionOutcome outcome = AdmissionOutcome.Success, int permits = 1) =>
        regulator.Record(_clock.Now - (long)(milliseconds * Millisecond), inFlight, outcome, permits);

    private sealed class Witness : IHostWitness
    {
        public int Asked { get; private set; }

        public TimeSpan? Next { get; set; } = TimeSpan.FromMilliseconds(3);

        public TimeSpan? Delay
        {
            get
            {
                Asked++;
                return Next;
            }
        }
    }
}
