using HdrHistogram;

namespace AdmissionControl.Simulation.Triage.Measuring;

/// <summary>What became of a stream's requests of one phase, in one run.</summary>
/// <param name="Offered">Requests.</param>
/// <param name="Good">Those with an answer in time.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="P50">The median latency of the admitted, seconds; NaN when nobody was.</param>
/// <param name="P99">The 99th percentile.</param>
/// <param name="Refusals">Attempts refused, by reason.</param>
internal sealed record Cell(long Offered, long Good, long Attempts, double P50, double P99, IReadOnlyList<long> Refusals)
{
    /// <summary>The share of requests with an answer in time; NaN when there was none.</summary>
    public double Success => Offered == 0 ? double.NaN : (double)Good / Offered;

    public static Cell Of(StreamCounts counts) => new(
        counts.Offered, counts.Good, counts.Attempts, Seconds(counts.Latencies, 50), Seconds(counts.Latencies, 99), counts.Refusals);

    private static double Seconds(LongHistogram latencies, double percentile) =>
        latencies.TotalCount == 0 ? double.NaN : latencies.GetValueAtPercentile(percentile) / 1e6;
}
