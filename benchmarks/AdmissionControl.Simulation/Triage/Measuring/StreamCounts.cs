using HdrHistogram;
using Recorder = AdmissionControl.Simulation.Measuring.Recorder;

namespace AdmissionControl.Simulation.Triage.Measuring;

/// <summary>What became of the requests of a stream that first came in one phase.</summary>
internal sealed class StreamCounts
{
    /// <summary>The number of reasons.</summary>
    public static readonly int Reasons = Enum.GetValues<RejectionReason>().Length;

    public long Offered;
    public long Attempts;
    public long Good;

    /// <summary>Attempts that were refused, by reason.</summary>
    public long[] Refusals { get; } = new long[Reasons];

    /// <summary>Of the attempts that were admitted everywhere, microseconds.</summary>
    public LongHistogram Latencies { get; } = new(1, Recorder.LongestLatency, Recorder.LatencyDigits);

    public void Add(StreamCounts other)
    {
        Offered += other.Offered;
        Attempts += other.Attempts;
        Good += other.Good;
        for (int reason = 0; reason < Refusals.Length; reason++)
        {
            Refusals[reason] += other.Refusals[reason];
        }

        Latencies.Add(other.Latencies);
    }
}
