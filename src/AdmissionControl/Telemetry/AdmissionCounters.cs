using AdmissionControl.Contention;
using AdmissionControl.Triage;

namespace AdmissionControl.Telemetry;

/// <summary>Counts admissions by priority and refusals by priority and reason.</summary>
/// <remarks>Each count is exact; they cost next to nothing until somebody reads them. Thread-safe.</remarks>
internal sealed class AdmissionCounters
{
    private const int Results = (int)RejectionReason.LastStage + 1;

    private readonly ThreadCounters _counts = new(PriorityShares.Count * Results);

    public void CountAdmitted(PerThread thread, RequestPriority priority) => _counts.Increment(thread, Index(priority, RejectionReason.None));

    public void CountWithdrawn(PerThread thread, RequestPriority priority) => _counts.Decrement(thread, Index(priority, RejectionReason.None));

    public void CountRejected(RequestPriority priority, RejectionReason reason) => _counts.Increment(PerThread.Current, Index(priority, reason));

    public long[] Snapshot() => _counts.Sums();

    public static int Index(RequestPriority priority, RejectionReason reason) => ((int)priority * Results) + (int)reason;
}
