using AdmissionControl.Telemetry;

namespace AdmissionControl;

/// <summary>What a controller holds at one moment and has counted since it was built.</summary>
/// <remarks>Immutable.</remarks>
public sealed class AdmissionStatistics
{
    private readonly long[] _counts;

    internal AdmissionStatistics(int? limit, int inFlight, int waiting, int? availablePermits, long lostLeases, long[] counts)
    {
        Limit = limit;
        InFlight = inFlight;
        Waiting = waiting;
        AvailablePermits = availablePermits;
        LostLeases = lostLeases;
        _counts = counts;
    }

    /// <summary>The concurrency limit in force; null when the policy has none.</summary>
    public int? Limit { get; }

    /// <summary>Permits in flight.</summary>
    public int InFlight { get; }

    /// <summary>Requests in the wait queue.</summary>
    public int Waiting { get; }

    /// <summary>Whole permits in the policy's token bucket; null when the policy has none.</summary>
    public int? AvailablePermits { get; }

    /// <summary>Leases that nobody had completed within <see cref="Policies.AdmissionPolicyOptions.MaxLeaseAge"/> and that were reclaimed.</summary>
    public long LostLeases { get; }

    /// <summary>Requests admitted, probes included, in all priorities.</summary>
    public long TotalAdmitted => Sum(Admitted);

    /// <summary>Requests refused, in all priorities and for all reasons.</summary>
    public long TotalRejected => Sum(Rejected);

    /// <summary>Requests of one priority admitted, without those that were withdrawn because another policy of their stack refused them. Probes count as <see cref="RequestPriority.Normal"/>.</summary>
    /// <param name="priority">The priority.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such priority.</exception>
    public long Admitted(RequestPriority priority) => Rejected(priority, RejectionReason.None);

    /// <summary>Requests of one priority refused, for all reasons.</summary>
    /// <param name="priority">The priority.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such priority.</exception>
    public long Rejected(RequestPriority priority)
    {
        long sum = 0;
        for (RejectionReason reason = RejectionReason.None + 1; reason <= RejectionReason.LastStage; reason++)
        {
            sum += Rejected(priority, reason);
        }

        return sum;
    }

    /// <summary>Requests of one priority refused for one reason; with <see cref="RejectionReason.None"/>, those admitted.</summary>
    /// <param name="priority">The priority.</param>
    /// <param name="reason">The reason.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such priority or no such reason.</exception>
    public long Rejected(RequestPriority priority, RejectionReason reason)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)priority, (byte)RequestPriority.Bulk, nameof(priority));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)reason, (byte)RejectionReason.LastStage, nameof(reason));
        return _counts[AdmissionCounters.Index(priority, reason)] - (reason == RejectionReason.None ? Withdrawn(priority) : 0);
    }

    /// <summary>Requests of one priority that were admitted and withdrawn.</summary>
    internal long Withdrawn(RequestPriority priority) => _counts[AdmissionCounters.WithdrawnIndex(priority)];

    private static long Sum(Func<RequestPriority, long> count)
    {
        long sum = 0;
        for (RequestPriority priority = RequestPriority.Critical; priority <= RequestPriority.Bulk; priority++)
        {
            sum += count(priority);
        }

        return sum;
    }
}
