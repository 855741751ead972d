using AdmissionControl.Concurrency;
using AdmissionControl.Contention;
using AdmissionControl.Tests.Timing;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>The same counts and means from one request in two seconds to a million in one.</summary>
public class LimitRegulatorRateTests
{
    private static readonly TimeSpan WindowDuration = TimeSpan.FromSeconds(1);

    private readonly DrivenClock _clock = new();
    private readonly ThreadCounters _counters = new(LatencySampler.CounterCount);
    private readonly RecordingLimit _recorder = new();
    private readonly LimitRegulator _regulator;

    public LimitRegulatorRateTests() => _regulator = new LimitRegulator(
        _recorder, new ConcurrencyGate(1), _clock, new LimitWindowSize(WindowDuration, 10), new LatencySampler(1000, _counters, first: 0));

    /// <summary>One request every 2 s, which runs for 3 s: one and a half are in flight on the average. Ten make a window of 20 s.</summary>
    [Fact]
    public void Record_HalfARequestASecond_WindowsAreLongAndExact()
    {
        Run(requests: 103, TimeSpan.FromSeconds(2), _ => AdmissionOutcome.Success, _ => TimeSpan.FromSeconds(3));
        Assert.Equal(10, _recorder.Seen.Count);

        // The first window begins before the first request.
        Assert.All(_recorder.Seen.Skip(1), w => Assert.Equal(
            (TimeSpan.FromSeconds(20), 10, 10, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3), 1.5),
            (w.Duration, w.Samples, w.LatencySamples, w.MeanLatency, w.MinLatency, w.MeanInFlight)));
    }

    /// <summary>
    /// A million a second for three seconds: of ten, seven succeed after 50 us, two are overloaded after 10 us, one is ignored after 200 us. One in a thousand is timed, and each is
    /// counted.
    /// </summary>
    [Fact]
    public void Record_AMillionASecond_CountsEachAndTimesAShare()
    {
        const int Requests = 3_000_000;
        var interval = TimeSpan.FromMicroseconds(1);
        int timed = Run(Requests, interval, OutcomeOf, LatencyOf);
        Assert.InRange(_recorder.Seen.Count, 3, 6);

        // The first window times all: it does not know the rate yet, and closes early because its count is full. Those after it are sampled.
        Assert.Equal(_recorder.Seen[0].Samples, _recorder.Seen[0].LatencySamples);
        Assert.InRange(timed - _recorder.Seen[0].Samples - _recorder.Seen[0].Ignored, 1_500, 4_500);
        Assert.All(_recorder.Seen.Skip(1), AssertSampledWindow);

        // Each is in one window, but for the rest since the last.
        TimeSpan seen = _recorder.Seen.Aggregate(TimeSpan.Zero, (sum, w) => sum + w.Duration);
        Assert.InRange(_recorder.Seen.Sum(w => w.Samples + w.Ignored) - (seen / interval), -250, 0);
        Assert.InRange(_recorder.Seen.Sum(w => w.Overloaded) - (seen / interval * 0.2), -250, 250);

        static AdmissionOutcome OutcomeOf(int i) => (i % 10) switch
        {
            0 => AdmissionOutcome.Ignored,
            1 or 2 => AdmissionOutcome.Overloaded,
            _ => AdmissionOutcome.Success,
        };

        static TimeSpan LatencyOf(int i) => TimeSpan.FromMicroseconds(OutcomeOf(i) switch
        {
            AdmissionOutcome.Ignored => 200,
            AdmissionOutcome.Overloaded => 10,
            _ => 50,
        });
    }

    /// <summary>The latency of a kind is the same for all here, so sampling costs no exactness: 7/10 x 50 + 2/10 x 10 + 1/10 x 200 = 57 in flight.</summary>
    private static void AssertSampledWindow(LimitWindow window)
    {
        double requests = window.Duration / TimeSpan.FromMicroseconds(1);
        Assert.InRange(window.Duration, WindowDuration, WindowDuration * 1.01);
        Assert.InRange(window.Samples, (0.9 * requests) - 250, (0.9 * requests) + 250);
        Assert.InRange(window.Overloaded, (0.2 * requests) - 250, (0.2 * requests) + 250);
        Assert.InRange(window.Ignored, (0.1 * requests) - 250, (0.1 * requests) + 250);
        Assert.InRange(window.LatencySamples, 850, 950);
        Assert.Equal((TimeSpan.FromMicroseconds(50), TimeSpan.FromMicroseconds(50)), (window.MeanLatency, window.MinLatency));
        Assert.Equal(57, window.MeanInFlight, 0.1);
    }

    /// <summary>Admits a request each interval and ends each after its latency.</summary>
    /// <returns>How many were timed.</returns>
    private int Run(int requests, TimeSpan interval, Func<int, AdmissionOutcome> outcomeOf, Func<int, TimeSpan> latencyOf)
    {
        // One line for each outcome: those with the same latency end in the order of their admission.
        Queue<Running>[] lines = [new(), new(), new()];
        CounterRow row = _counters.RowOf(PerThread.Current);
        int timed = 0;
        for (int i = 0; i < requests; i++)
        {
            EndDue();
            long admittedAt = _regulator.ReadClock(row, out bool isTimed);
            timed += isTimed ? 1 : 0;
            lines[(int)outcomeOf(i)].Enqueue(new Running(_clock.Now + (latencyOf(i).Ticks * 100), admittedAt, isTimed));
            _clock.Advance(interval);
        }

        EndDue();
        return timed;

        void EndDue()
        {
            foreach (AdmissionOutcome outcome in (ReadOnlySpan<AdmissionOutcome>)[AdmissionOutcome.Success, AdmissionOutcome.Overloaded, AdmissionOutcome.Ignored])
            {
                long now = _clock.Now;
                while (lines[(int)outcome].TryPeek(out Running due) && due.EndsAt <= now)
                {
                    lines[(int)outcome].Dequeue();
                    End(due, outcome);
                }

                _clock.Now = now;
            }
        }

        void End(Running due, AdmissionOutcome outcome)
        {
            _clock.Now = due.EndsAt;
            if (due.IsTimed)
            {
                _regulator.Record(due.AdmittedAt, 1, outcome);
            }
            else
            {
                _regulator.RecordUntimed(row, 1, outcome);
            }
        }
    }

    private readonly record struct Running(long EndsAt, long AdmittedAt, bool IsTimed);
}
