using AdmissionControl.Concurrency;
using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl.InterleavingTests.Scenarios;

/// <summary>Windows of samples: one thread closes each, no sample is lost or counted twice, none is too short.</summary>
internal static class LimitRegulatorScenarios
{
    private const int MinSamples = 2;

    public static IEnumerable<Scenario> All { get; } =
    [
        new("regulator: samples that all find the window due", SamplesFindTheWindowDue, Preemptions: 2),
        new("regulator: a new rule while a window closes", NewRuleWhileAWindowCloses, Preemptions: 3),
        new("regulator: a success and a request that is ignored, the last two of a window", TheLastTwoOfAWindow, Preemptions: 3),
        new("regulator: a rule asks for a longer window while others end", LongerWindowWhileOthersEnd, Preemptions: 2),
    ];

    private static Play SamplesFindTheWindowDue()
    {
        var clock = new StillClock();
        var recorder = new Recorder();
        var regulator = new LimitRegulator(recorder, new ConcurrencyGate(1), clock, TimeSpan.FromSeconds(1), MinSamples);
        clock.Advance(TimeSpan.FromSeconds(2));
        void Record() => regulator.Record(clock.Precise, inFlight: 1, AdmissionOutcome.Overloaded);
        Record();
        return new(Record, Record, Record)
        {
            AtEnd = () =>
            {
                Must.Hold(recorder.Seen.All(w => w.LatencySamples >= MinSamples), "A window was closed too early.");

                // The rest is seen when one more window has been closed.
                clock.Advance(TimeSpan.FromSeconds(2));
                Record();
                Record();
                const int All = 6;
                int counted = recorder.Seen.Sum(w => w.LatencySamples);
                Must.Hold(counted is All or All - 1, $"{counted} samples counted of {All}.");
                Must.Hold(recorder.Seen.Sum(w => w.Overloaded) >= counted, "An overload is missing.");
            },
        };
    }

    private static Play NewRuleWhileAWindowCloses()
    {
        var clock = new StillClock();
        var gate = new ConcurrencyGate(1);
        var regulator = new LimitRegulator(new Recorder(), gate, clock, TimeSpan.FromSeconds(1), minSamples: 1);
        clock.Advance(TimeSpan.FromSeconds(2));
        return new(() => regulator.Record(clock.Precise, 1, AdmissionOutcome.Success), () => regulator.Restart(new FixedLimit(42)))
        {
            AtEnd = () => Must.Equal((42, 42d), (gate.Limit, regulator.Algorithm.Limit), "limit in force and of the rule"),
        };
    }

    private static Play TheLastTwoOfAWindow()
    {
        var clock = new StillClock();
        var recorder = new Recorder();
        var regulator = new LimitRegulator(recorder, new ConcurrencyGate(1), clock, TimeSpan.FromSeconds(1), MinSamples);
        clock.Advance(TimeSpan.FromSeconds(2));
        return new(
            () => regulator.Record(clock.Precise, 1, AdmissionOutcome.Success),
            () => regulator.Record(clock.Precise, 1, AdmissionOutcome.Ignored, permits: 3))
        {
            AtEnd = () =>
            {
                Must.Equal(1, recorder.Seen.Count, "windows");
                Must.Equal((1, 1), (recorder.Seen[0].Samples, recorder.Seen[0].Ignored), "samples and ignored requests");
            },
        };
    }

    private static Play LongerWindowWhileOthersEnd()
    {
        var clock = new StillClock();
        var recorder = new Recorder { NextWindow = new LimitWindowSize(TimeSpan.FromMinutes(1), MinSamples) };
        var regulator = new LimitRegulator(new FirstThen(recorder), new ConcurrencyGate(1), clock, TimeSpan.Zero, minSamples: 1);
        void Record() => regulator.Record(clock.Precise, 1, AdmissionOutcome.Success);
        return new(Record, Record, Record)
        {
            AtEnd = () => Must.Equal(0, recorder.Seen.Count, "windows of less than a minute"),
        };
    }

    /// <summary>A rule for one window, and another for the rest.</summary>
    private sealed class FirstThen(ILimitAlgorithm next) : ILimitAlgorithm
    {
        public double Limit => 7;

        public int MaxLimit => 7;

        public ILimitAlgorithm After(in LimitWindow window) => next;
    }

    /// <summary>Not pure on purpose: it keeps what it was shown.</summary>
    private sealed class Recorder : ILimitAlgorithm
    {
        public LimitWindowSize? NextWindow { get; init; }

        public List<LimitWindow> Seen { get; } = [];

        public double Limit => 7;

        public int MaxLimit => 7;

        public ILimitAlgorithm After(in LimitWindow window)
        {
            Seen.Add(window);
            return this;
        }
    }
}
