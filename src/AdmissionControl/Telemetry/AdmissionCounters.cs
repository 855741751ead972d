using AdmissionControl.Contention;
using AdmissionControl.Triage;

namespace AdmissionControl.Telemetry;

/// <summary>Where a controller counts what: admissions by priority, and refusals by priority and reason.</summary>
internal static class AdmissionCounters
{
    /// <summary>The number of counters.</summary>
    public const int Count = PriorityShares.Count * Results;

    private const int Results = (int)RejectionReason.LastStage + 1;

    public static void CountAdmitted(CounterRow row, RequestPriority priority) => row.Increment(Index(priority, RejectionReason.None));

    public static void CountWithdrawn(CounterRow row, RequestPriority priority) => row.Decrement(Index(priority, RejectionReason.None));

    public static void CountRejected(CounterRow row, RequestPriority priority, RejectionReason reason) => row.Increment(Index(priority, reason));

    public static int Index(RequestPriority priority, RejectionReason reason) => ((int)priority * Results) + (int)reason;
}
