using System.Runtime.CompilerServices;
using AdmissionControl.Contention;
using AdmissionControl.Triage;

namespace AdmissionControl.Telemetry;

/// <summary>Where a controller counts what: admissions by priority, those of them that were withdrawn, and refusals by priority and reason. No counter ever falls.</summary>
internal static class AdmissionCounters
{
    /// <summary>The number of counters.</summary>
    public const int Count = Turn + 1;

    private const int FirstWithdrawn = PriorityShares.Count * Results;
    private const int Turn = FirstWithdrawn + PriorityShares.Count;
    private const int Results = (int)RejectionReason.LastStage + 1;

    private static readonly int[] BlockedIndexes =
    [
        .. Enum.GetValues<RequestPriority>().SelectMany(
            priority => (IEnumerable<int>)[Index(priority, RejectionReason.Shed), Index(priority, RejectionReason.ConcurrencyLimit)]),
    ];

    private static readonly int[] ShedIndexes = [.. Enum.GetValues<RequestPriority>().Select(priority => Index(priority, RejectionReason.Shed))];

    private static readonly int[] AdmittedIndexes = [.. Enum.GetValues<RequestPriority>().Select(priority => Index(priority, RejectionReason.None))];

    private static readonly int[] WithdrawnIndexes = [.. Enum.GetValues<RequestPriority>().Select(WithdrawnIndex)];

    public static void CountAdmitted(CounterRow row, RequestPriority priority) => row.Increment(Index(priority, RejectionReason.None));

    public static void CountWithdrawn(CounterRow row, RequestPriority priority) => row.Increment(WithdrawnIndex(priority));

    /// <returns>How many this thread has counted so.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long CountRejected(CounterRow row, RequestPriority priority, RejectionReason reason) => row.Increment(Index(priority, reason));

    /// <summary>A number that grows by one with each request of this thread that comes to triage.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NextTurn(CounterRow row) => (uint)row[Turn]++;

    /// <summary>Those who were turned away at the door, of all priorities.</summary>
    public static long SumShed(ThreadCounters counters) => counters.Sum(ShedIndexes);

    /// <summary>Those who were refused for want of a permit, of all priorities.</summary>
    public static long SumBlocked(ThreadCounters counters) => counters.Sum(BlockedIndexes);

    /// <summary>Those who were admitted and not withdrawn, of all priorities.</summary>
    public static long SumAdmitted(ThreadCounters counters) => counters.Sum(AdmittedIndexes) - counters.Sum(WithdrawnIndexes);

    public static int Index(RequestPriority priority, RejectionReason reason) => ((int)priority * Results) + (int)reason;

    public static int WithdrawnIndex(RequestPriority priority) => FirstWithdrawn + (int)priority;
}
