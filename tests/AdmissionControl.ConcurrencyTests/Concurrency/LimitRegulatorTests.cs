using System.Collections.Concurrent;
using AdmissionControl.Concurrency;

namespace AdmissionControl.ConcurrencyTests.Concurrency;

public class LimitRegulatorTests(ITestOutputHelper output)
{
    private const int Threads = 4;
    private const int Rounds = 300_000;
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
                regulator.Record(now - 100_000_000, 7, overloaded: false);
            }
        });

        // The tail closes with a last window.
        clock.Advance(MinDuration.Ticks * 200);
        for (int i = 0; i < MinSamples; i++)
        {
            regulator.Record(clock.Precise - 100_000_000, 7, overloaded: false);
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
    public void Record_RacingWithRestart_EndsUnderTheLastRule()
    {
        var clock = new RacingClock();
        var gate = new ConcurrencyGate(1);
        var regulator = new LimitRegulator(new FixedLimit(1), gate, clock, MinDuration, MinSamples);
        Race.Run(output, seed: 9, Threads, (thread, random) =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                if (thread == 0)
                {
                    regulator.Restart(new FixedLimit(random.Next(1, 100)));
                }
                else
                {
                    clock.Advance(1000);
                    regulator.Record(clock.Precise, 1, overloaded: true);
                }
            }
        });
        regulator.Restart(new FixedLimit(42));
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
                regulator.Record(clock.Precise, 1, overloaded: true);
            }
        });
        clock.Advance(MinDuration.Ticks * 200);
        for (int i = 0; i < MinSamples; i++)
        {
            regulator.Record(clock.Precise, 1, overloaded: true);
        }

        // Taken one after another, overloads may lead their samples into a window by one for each thread.
        int samples = recorder.Seen.Sum(w => w.Samples);
        Assert.InRange(recorder.Seen.Sum(w => w.Overloaded), samples, (Threads * Rounds) + MinSamples);
    }

    /// <summary>Not pure on purpose: it keeps what it was shown.</summary>
    private sealed class Recorder : ILimitAlgorithm
    {
        public ConcurrentQueue<LimitWindow> Seen { get; } = [];

        public double Limit => 1;

        public int MaxLimit => 1;

        public ILimitAlgorithm After(in LimitWindow window)
        {
            Seen.Enqueue(window);
            return this;
        }
    }
}
