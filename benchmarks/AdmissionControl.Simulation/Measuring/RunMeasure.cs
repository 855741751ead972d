using AdmissionControl.Simulation.Scenarios;
using HdrHistogram;

namespace AdmissionControl.Simulation.Measuring;

/// <summary>Sums a run up against the oracle.</summary>
internal static class RunMeasure
{
    // Up to this share of the capacity, whoever is refused is refused falsely.
    private const double FittingLoad = 0.9;

    // How near to the oracle counts as there, and how long it has to hold.
    private const double Near = 0.95;
    private const double HeldSeconds = 5;

    // So many of the oracle's answers are needed to tell 95% from chance, where a few seconds bring fewer.
    private const double HeldAnswers = 1000;

    public static RunResult Of(string arm, int seed, Recorder recorder, double[] oracle)
    {
        Scenario scenario = recorder.Scenario;
        double[] marked = [.. scenario.Phases.Select(scenario.MarkedSeconds)];
        double oracleGoodput = marked.Zip(oracle, (seconds, rate) => seconds * rate).Sum() / marked.Sum();
        double goodput = recorder.Phases.Sum(counts => counts.Good) / marked.Sum();
        var latencies = new LongHistogram(1, Recorder.LongestLatency, Recorder.LatencyDigits);
        foreach (PhaseCounts counts in recorder.Phases)
        {
            latencies.Add(counts.Latencies);
        }

        int fault = scenario.Phases.ToList().FindLastIndex(phase => !phase.IsMarked);
        return new RunResult(
            scenario.Name,
            arm,
            seed,
            oracleGoodput,
            goodput,
            goodput / oracleGoodput,
            Refused(recorder.Phases.Where((_, index) => Fits(scenario, scenario.Phases[index]))),
            Refused(recorder.Phases),
            Seconds(latencies, 50),
            Seconds(latencies, 99),
            MarkedPhases(scenario).Select(phase => TimeToReach(recorder, phase, oracle[phase])).Aggregate(0.0, Math.Max),
            fault >= 0 && fault + 1 < oracle.Length ? TimeToReach(recorder, fault + 1, oracle[fault + 1]) : 0,
            Regret(recorder, oracle),
            recorder.Series.LastOrDefault(slice => slice.Offered > 0).Limit);
    }

    private static bool Fits(Scenario scenario, Phase phase) => scenario.Offered(phase) * (scenario.Bursts?.Factor ?? 1) <= FittingLoad + 1e-9;

    private static double Refused(IEnumerable<PhaseCounts> phases)
    {
        PhaseCounts[] all = [.. phases];
        long offered = all.Sum(counts => counts.Offered);
        return offered == 0 ? 0 : (double)all.Sum(counts => counts.Refused) / offered;
    }

    private static double Seconds(LongHistogram latencies, double percentile) =>
        latencies.TotalCount == 0 ? double.NaN : latencies.GetValueAtPercentile(percentile) / 1e6;

    private static IEnumerable<int> MarkedPhases(Scenario scenario) =>
        Enumerable.Range(0, scenario.Phases.Count).Where(index => scenario.Phases[index].IsMarked);

    private static double Regret(Recorder recorder, double[] oracle)
    {
        double good = 0;
        double best = 0;
        Scenario scenario = recorder.Scenario;
        foreach (int phase in MarkedPhases(scenario))
        {
            if (scenario.MarkedSeconds(scenario.Phases[phase]) == 0)
            {
                // It is all lead-in: what the oracle would do in it is not known, so it is not zero.
                continue;
            }

            Slice[] slices = Slices(recorder, phase);
            good += slices.Sum(slice => slice.Good);
            best += oracle[phase] * slices.Length * recorder.SliceSeconds;
        }

        return 1 - (good / best);
    }

    /// <summary>The start of the first stretch of a phase in which goodput is near the oracle's; NaN when there is none.</summary>
    private static double TimeToReach(Recorder recorder, int phase, double oracle)
    {
        Slice[] slices = Slices(recorder, phase);
        if (oracle <= 0 || slices.Length == 0)
        {
            return 0;
        }

        // A phase that is shorter is one stretch.
        int held = Math.Clamp((int)Math.Ceiling(Math.Max(HeldSeconds, HeldAnswers / oracle) / recorder.SliceSeconds), 1, slices.Length);
        double needed = Near * oracle * held * recorder.SliceSeconds;
        long good = slices.Take(held).Sum(slice => slice.Good);
        for (int first = 0; ; first++)
        {
            if (good >= needed)
            {
                return first * recorder.SliceSeconds;
            }

            if (first + held >= slices.Length)
            {
                return double.NaN;
            }

            good += slices[first + held].Good - slices[first].Good;
        }
    }

    private static Slice[] Slices(Recorder recorder, int phase)
    {
        Scenario scenario = recorder.Scenario;
        double start = scenario.Phases.Take(phase).Sum(earlier => earlier.Duration);
        int first = (int)Math.Round(start / recorder.SliceSeconds);
        int end = (int)Math.Round((start + scenario.Phases[phase].Duration) / recorder.SliceSeconds);
        return recorder.Series[first..Math.Max(first, Math.Min(end, recorder.Series.Length))];
    }
}
