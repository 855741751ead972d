using AdmissionControl.Triage;

namespace AdmissionControl.Telemetry;

/// <summary>Counts admissions by priority and refusals by priority and reason.</summary>
/// <remarks>Each count is exact; a snapshot reads them one after another. Thread-safe.</remarks>
internal sealed class AdmissionCounters
{
    private const int Results = (int)RejectionReason.ShuttingDown + 1;

    private readonly long[] _counts = new long[PriorityShares.Count * Results];

    public void CountAdmitted(RequestPriority priority) => Interlocked.Increment(ref Slot(priority, RejectionReason.None));

    public void CountWithdrawn(RequestPriority priority) => Interlocked.Decrement(ref Slot(priority, RejectionReason.None));

    public void CountRejected(RequestPriority priority, RejectionReason reason) => Interlocked.Increment(ref Slot(priority, reason));

    public long[] Snapshot()
    {
        long[] copy = new long[_counts.Length];
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = Volatile.Read(ref _counts[i]);
        }

        return copy;
    }

    public static int Index(RequestPriority priority, RejectionReason reason) => ((int)priority * Results) + (int)reason;

    private ref long Slot(RequestPriority priority, RejectionReason reason) => ref _counts[Index(priority, reason)];
}
