using System.Diagnostics;

namespace AdmissionControl;

/// <summary>What a controller needs to know of a request. The result of classification; 32 bytes, no allocation.</summary>
/// <remarks>
/// <c>default</c> and <c>new AdmissionRequest()</c> are the same: <see cref="RequestPriority.Normal"/>, cost 1, no partition, no deadline.
/// Immutable.
/// </remarks>
public readonly record struct AdmissionRequest
{
    /// <summary>One more than the largest <see cref="Cohort"/>.</summary>
    public const int CohortCount = 128;

    /// <summary>The largest <see cref="Cost"/>: a million. The count of permits in flight holds two thousand such requests.</summary>
    public const int MaxCost = 1_000_000;

    // Kept as differences from the defaults, so that default(AdmissionRequest) is an ordinary request and not a critical one of cost 0; in this order, and the answers to yes-or-no questions as bits, because it is copied
    // with each decision.
    private readonly PartitionKey _partition;
    private readonly long _deadlineTimestamp;
    private readonly int _costLessOne;
    private readonly byte _priorityXorNormal;
    private readonly byte _cohortPlusOne;
    private readonly Traits _traits;

    /// <summary>A request of the given priority, of cost 1.</summary>
    /// <param name="priority">How bad it is to lose it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="priority"/> is not one of the five values.</exception>
    public AdmissionRequest(RequestPriority priority) => Priority = priority;

    /// <summary>
    /// A probe: it passes every stage and is still counted in flight. A small guard of the controller keeps the bypass from being
    /// abused; beyond it a probe is an ordinary request of <see cref="RequestPriority.Low"/>. The guard tells sources apart by <see cref="Partition"/>.
    /// </summary>
    public static AdmissionRequest Exempt => new() { IsExempt = true };

    /// <summary>How bad it is to lose the request. Default <see cref="RequestPriority.Normal"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the five.</exception>
    public RequestPriority Priority
    {
        get => (RequestPriority)(_priorityXorNormal ^ (byte)RequestPriority.Normal);
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)value, (byte)RequestPriority.Bulk, nameof(Priority));
            _priorityXorNormal = (byte)((byte)value ^ (byte)RequestPriority.Normal);
        }
    }

    /// <summary>
    /// A stable hash of the user inside a priority, 0 to 127: under overload, high cohorts of a priority are turned away before low ones, the same at every service. Null, the default, lets the
    /// controller compute it from <see cref="Partition"/>. Pass on what a trusted caller sent, never what a stranger did: a client that may choose would choose 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is above 127.</exception>
    public byte? Cohort
    {
        get => _cohortPlusOne == 0 ? null : (byte)(_cohortPlusOne - 1);
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value ?? 0, CohortCount, nameof(Cohort));
            _cohortPlusOne = (byte)(value + 1 ?? 0);
        }
    }

    /// <summary>The client, tenant or downstream that the request belongs to. Default: none.</summary>
    public PartitionKey Partition
    {
        get => _partition;
        init => _partition = value;
    }

    /// <summary>
    /// Whether the client has not proven who it is. Under overload, and where the policy asks for fairness, it waits behind those of its priority that have, and is turned away before them. Default false.
    /// </summary>
    public bool IsAnonymous
    {
        get => Has(Traits.Anonymous);
        init => _traits = With(Traits.Anonymous, value);
    }

    /// <summary>
    /// Whether the request needs a free permit of an adaptive limit to begin, but holds none while it runs and teaches the limit nothing, because its time is not spent here: it streams, or waits for a slow
    /// downstream. How many such run at once is for another policy to bound, such as that of the downstream; a fixed limit counts them as all others. Default false.
    /// </summary>
    public bool HoldsNoPermit
    {
        get => Has(Traits.HoldsNoPermit);
        init => _traits = With(Traits.HoldsNoPermit, value);
    }

    /// <summary>Permits and tokens that the request takes, from 1 to <see cref="MaxCost"/>. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public int Cost
    {
        get => _costLessOne + 1;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Cost));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxCost, nameof(Cost));
            _costLessOne = value - 1;
        }
    }

    /// <summary>
    /// The moment after which the answer is useless, as a timestamp of the controller's <see cref="TimeProvider"/>; 0, the default, means
    /// none. Once it has passed the request is refused, whether there is a permit or not. Monotonic on purpose: a wall clock can be set. See <see cref="WithDeadline"/>.
    /// </summary>
    public long DeadlineTimestamp
    {
        get => _deadlineTimestamp;
        init => _deadlineTimestamp = value;
    }

    /// <summary>Whether the request is a probe. See <see cref="Exempt"/>.</summary>
    public bool IsExempt
    {
        get => Has(Traits.Exempt);
        init => _traits = With(Traits.Exempt, value);
    }

    /// <summary>The cohort that the request came with; -1 for none.</summary>
    internal int OwnCohort => _cohortPlusOne - 1;

    /// <summary>The same request with a deadline this far from now.</summary>
    /// <param name="timeLeft">How long the caller will still wait; nothing or less means that it has left already. With <see cref="Timeout.InfiniteTimeSpan"/> there is no deadline.</param>
    /// <param name="timeProvider">The clock of the controller that will see the request; the system's when null.</param>
    public AdmissionRequest WithDeadline(TimeSpan timeLeft, TimeProvider? timeProvider = null)
    {
        if (timeLeft == Timeout.InfiniteTimeSpan)
        {
            return this with { DeadlineTimestamp = 0 };
        }

        timeProvider ??= TimeProvider.System;
        double ticks = timeLeft.TotalSeconds * timeProvider.TimestampFrequency;
        long now = timeProvider.GetTimestamp();
        long deadline = ticks >= long.MaxValue - (double)now ? long.MaxValue : now + (long)ticks;
        Debug.Assert(deadline != 0, "A timestamp of exactly 0 would read as no deadline.");
        return this with { DeadlineTimestamp = deadline == 0 ? -1 : deadline };
    }

    private bool Has(Traits trait) => (_traits & trait) != 0;

    private Traits With(Traits trait, bool value) => value ? _traits | trait : _traits & ~trait;

    [Flags]
    private enum Traits : byte
    {
        None = 0,
        Exempt = 1,
        HoldsNoPermit = 2,
        Anonymous = 4,
    }
}
