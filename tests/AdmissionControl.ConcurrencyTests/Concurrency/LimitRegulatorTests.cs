using System.Collections.Concurrent;
using AdmissionControl.Concurrency;
using AdmissionControl.Contention;

namespace AdmissionControl.ConcurrencyTests.Concurrency;

public class LimitRegulatorTests(ITestOutputHelper output)
{
    private const int Threads = 4;
    private const int Rounds = 150_000;
    private const int MinSamples = 10;
    private static readonly TimeSpan MinDuration = TimeSpan.FromMicroseconds(20);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Record_Racing_EverySampleIsInOneWindowAndNoWindowIsShort(int seed)
    {
        var clock = new RacingClock();
        var recorder = new Recorder();
        var regulator = new LimitRegulator(recorder, new ConcurrencyGate(1), clock, MinDuration, MinSamples);
        Race.Run(output, seed, Threads, (_, random) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                // Every latency is a whole number of ticks, the same for all: the mean is exact in any window.
                clock.Advance(random.Next(3) * 1000);
                long now = clock.Precise;
                regulator.Record(now - 100_000_000, 7, AdmissionOutcome.Success);
            }
        });

        // The tail closes with a last window.
        clock.Advance(MinDuration.Ticks * 200);
        for (int i = 0; i < MinSamples; i++)
        {
            regulator.Record(clock.Precise - 100_000_000, 7, AdmissionOutcome.Success);
        }

        LimitWindow[] windows = [.. recorder.Seen];
        output.WriteLine($"{windows.Length} windows");
        int leftOver = (Threads * Rounds) + MinSamples - windows.Sum(w => w.Samples);
        Assert.InRange(leftOver, 0, MinSamples - 1);
        Assert.True(windows.Length > 10);
        Assert.All(windows, w => Assert.True(w.Samples >= MinSamples, $"{w.Samples} samples"));
        Assert.All(windows, w => Assert.True(w.Duration >= MinDuration, $"{w.Duration}"));

        // The clock moves on between its readings; the latency is 100 ms and what the others added meanwhile.
        Assert.All(windows, w => Assert.True(w.MeanLatency >= TimeSpan.FromMilliseconds(100) && w.MeanLatency < TimeSpan.FromSeconds(10)));
        Assert.All(windows, w => Assert.InRange(w.MaxInFlight, 0, 7));
    }

    [Fact]
    public void Record_ManySeeTheSameWindowDue_OnlyOneCloses()
    {
        // Time moves in steps of a whole window, so that all racers find the window due at once and the slower ones come when it is closed already.
        var clock = new RacingClock();
        var recorder = new Recorder();
        var regulator = new LimitRegulator(recorder, new ConcurrencyGate(1), clock, MinDuration, minSamples: 1);
        Race.Run(output, seed: 21, Threads, (thread, _) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                if (thread == 0 && i % 4 == 0)
                {
                    clock.Advance(MinDuration.Ticks * 100);
                }

                regulator.Record(clock.Precise, 1, AdmissionOutcome.Success);
            }
        });

        // A full window may close before its time: the thread that moves it may be off its processor for long.
        Assert.All(recorder.Seen, w => Assert.True(w.Duration >= MinDuration || w.Samples >= 1 << 18, $"{w.Samples} samples in {w.Duration}"));
    }

    [Fact]
    public void Restart_WhileAWindowCloses_IsNotOverwrittenByItsResult()
    {
        using var closing = new ManualResetEventSlim();
        using var asked = new ManualResetEventSlim();
        var gate = new ConcurrencyGate(1);
        var clock = new RacingClock();
        var regulator = new LimitRegulator(new Slow(closing, asked), gate, clock, MinDuration, minSamples: 1);
        Race.Run(output, seed: 9, threads: 2, (thread, _) =>
        {
            if (thread == 0)
            {
                clock.Advance(MinDuration.Ticks * 100);
                regulator.Record(clock.Precise, 1, AdmissionOutcome.Success);
            }
            else
            {
                Assert.True(closing.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken), "No window closes.");
                asked.Set();
                regulator.Restart(new FixedLimit(42));
            }
        });
        Assert.Equal((42, 42d), (gate.Limit, regulator.Algorithm.Limit));
    }

    [Fact]
    public void Record_OverloadsRacing_AreAllCounted()
    {
        var clock = new RacingClock();
        var recorder = new Recorder();
        var regulator = new LimitRegulator(recorder, new ConcurrencyGate(1), clock, MinDuration, MinSamples);
        Race.Run(output, seed: 12, Threads, (_, _) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                clock.Advance(1000);
                regulator.Record(clock.Precise, 1, AdmissionOutcome.Overloaded);
            }
        });
        clock.Advance(MinDuration.Ticks * 200);
        for (int i = 0; i < MinSamples; i++)
        {
            regulator.Record(clock.Precise, 1, AdmissionOutcome.Overloaded);
        }

        int samples = recorder.Seen.Sum(w => w.Samples);
        Assert.InRange(samples, (Threads * Rounds) + 1, (Threads * Rounds) + MinSamples);
        Assert.Equal(samples, recorder.Seen.Sum(w => w.Overloaded));
    }

    /// <summary>Each late request counts once, in one window or the next, while windows close under those that end. Two in three are late.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Record_LateRacing_EachCountsOnce(int seed)
    {
        var clock = new RacingClock();
        var recorder = new Recorder { NextWindow = new LimitWindowSize(TimeSpan.FromMilliseconds(1), MinSamples) { LateAfter = TimeSpan.FromSeconds(30) } };
        var regulator = new LimitRegulator(recorder, new ConcurrencyGate(1), clock, MinDuration, MinSamples);
        long late = 0;
        Race.Run(output, seed, Threads, (_, random) =>
        {
            long own = 0;
            for (int i = 0; i < Rounds; i++)
            {
                clock.Advance(random.Next(3) * 1000);
                bool isLate = random.Next(3) > 0;
                own += isLate ? 1 : 0;
                regulator.Record(clock.Precise - (isLate ? 40_000_000_000 : 1), 1, AdmissionOutcome.Success);
            }

            Interlocked.Add(ref late, own);
        });
        clock.Advance(MinDuration.Ticks * 200_000);
        for (int i = 0; i < MinSamples; i++)
        {
            regulator.Record(clock.Precise, 1, AdmissionOutcome.Success);
        }

        Assert.True(recorder.Seen.Count > 10);
        Assert.Equal(late, recorder.Seen.Sum(w => (long)w.Late));
    }

    /// <summary>However they end, timed or not, all requests are in one window each.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Record_AllOutcomesRacing_EachIsInOneWindow(int seed)
    {
        var clock = new RacingClock();
        var recorder = new Recorder();
        var counters = new ThreadCounters(LatencySampler.CounterCount);
        var sampler = new LatencySampler(int.MaxValue, counters, first: 0);
        var regulator = new LimitRegulator(recorder, new ConcurrencyGate(1), clock, new LimitWindowSize(MinDuration, MinSamples), sampler);
        int[] ended = new int[3];
        Race.Run(output, seed, Threads, (_, random) =>
        {
            CounterRow row = counters.RowOf(PerThread.Current);
            int[] own = new int[3];
            for (int i = 0; i < Rounds; i++)
            {
                clock.Advance(random.Next(3) * 1000);
                var outcome = (AdmissionOutcome)random.Next(3);
                own[(int)outcome]++;
                if (random.Next(2) == 0)
                {
                    regulator.Record(clock.Precise, 1, outcome, permits: 1 + random.Next(2));
                }
                else
                {
                    regulator.RecordUntimed(row, 1, outcome);
                }
            }

            for (int i = 0; i < own.Length; i++)
            {
                Interlocked.Add(ref ended[i], own[i]);
            }
        });
        clock.Advance(MinDuration.Ticks * 200);
        for (int i = 0; i < MinSamples; i++)
        {
            regulator.Record(clock.Precise, 1, AdmissionOutcome.Success);
        }

        Assert.True(recorder.Seen.Count > 10);
        Assert.Equal(ended[(int)AdmissionOutcome.Overloaded], recorder.Seen.Sum(w => w.Overloaded));
        Assert.Equal(ended[(int)AdmissionOutcome.Ignored], recorder.Seen.Sum(w => w.Ignored));
        int samples = recorder.Seen.Sum(w => w.Samples);
        int expected = ended[(int)AdmissionOutcome.Success] + ended[(int)AdmissionOutcome.Overloaded];
        Assert.InRange(samples, expected + 1, expected + MinSamples);
    }

    /// <summary>A rule that is still thinking when another is put in its place.</summary>
    private sealed class Slow(ManualResetEventSlim closing, ManualResetEventSlim asked) : ILimitAlgorithm
    {
        public double Limit => 7;

        public int MaxLimit => 7;

        public ILimitAlgorithm After(in LimitWindow window)
        {
            closing.Set();
            Assert.True(asked.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken), "Nobody restarts.");

            // Long enough for the other thread to get from its signal into Restart.
            for (int i = 0; i < 1000; i++)
            {
                Thread.Yield();
            }

            return this;
        }
    }

    /// <summary>Not pure on purpose: it keeps what it was shown.</summary>
    private sealed class Recorder : ILimitAlgorithm
    {
        public ConcurrentQueue<LimitWindow> Seen { get; } = [];

        public double Limit => 1;

        public int MaxLimit => 1;

        public LimitWindowSize? NextWindow { get; init; }

        public ILimitAlgorithm After(in LimitWindow window)
        {
            Seen.Enqueue(window);
            return this;
        }
    }
}
