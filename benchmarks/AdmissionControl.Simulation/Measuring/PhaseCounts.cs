using HdrHistogram;

namespace AdmissionControl.Simulation.Measuring;

/// <summary>What happened in the marked part of a phase.</summary>
/// <param name="latencies">Of the answered, microseconds.</param>
internal sealed class PhaseCounts(LongHistogram latencies)
{
    public long Offered;
    public long Refused;
    public long Answered;
    public long Good;

    public LongHistogram Latencies { get; } = latencies;
}
