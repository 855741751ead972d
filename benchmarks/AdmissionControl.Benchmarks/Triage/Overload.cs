using System.Diagnostics;
using System.Threading.RateLimiting;
using AdmissionControl.Policies;

namespace AdmissionControl.Benchmarks.Triage;

/// <summary>Limiters without a free permit: the platform's, and controllers whose threshold turns requests of the priority Bulk away.</summary>
internal sealed class Overload
{
    private const int KnownAfter = 10_000;
    private const double LeastShare = 0.999;

    // A service is compiled in calm times, when nobody is turned away, and so by a profile of those: by then the runtime has seen enough of them and is done.
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1);

    private readonly ConcurrencyLimiter _platform = new(new ConcurrencyLimiterOptions { PermitLimit = 1 });
    private readonly ConcurrencyLimiter _queueing = new(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 1 });
    private Task? _waiting;
    private AdmissionController? _flooded;
    private AdmissionStatistics? _before;

    /// <summary>With triage.</summary>
    public AdmissionController Triage { get; } = Controller(fairness: null);

    /// <summary>With fairness among clients, too.</summary>
    public AdmissionController Fair { get; } = Controller(new FairnessOptions());

    /// <summary>Many who ask; one of them is at <c>i % Length</c>.</summary>
    public PartitionKey[] Clients { get; } = [.. Enumerable.Range(0, 1024).Select(i => PartitionKey.From(i))];

    /// <summary>After calm times, takes the platform's permits, and lets one wait.</summary>
    public void BeginOnPlatform()
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Calm;)
        {
            RefuseByPlatform();
            RefuseByPlatformQueue();
        }

        _platform.AttemptAcquire();
        _queueing.AttemptAcquire();
        _waiting = _queueing.AcquireAsync().AsTask();
    }

    /// <summary>After calm times, takes all permits of a controller and lets the flood that is to be measured come, until it is known and turned away.</summary>
    public void Begin(AdmissionController controller, Func<int, AdmissionRequest> request)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Calm;)
        {
            Serve(controller, request(0));
        }

        controller.TryAdmit(new AdmissionRequest(RequestPriority.Critical));
        int shed = 0;
        for (int i = 0; shed < KnownAfter; i++)
        {
            shed = IsShed(controller, request(i)) ? shed + 1 : 0;
        }

        _flooded = controller;
        _before = controller.GetStatistics();
    }

    /// <summary>Makes sure that refusals at the door were measured, and not something else.</summary>
    public void End()
    {
        if (_flooded?.GetStatistics() is not { } after)
        {
            return;
        }

        long shed = after.Rejected(RequestPriority.Bulk, RejectionReason.Shed) - _before!.Rejected(RequestPriority.Bulk, RejectionReason.Shed);
        long all = after.TotalRejected - _before.TotalRejected;
        if (shed < LeastShare * all)
        {
            throw new InvalidOperationException($"Of {all} only {shed} were turned away at the door.");
        }
    }

    /// <summary>The refusal of one who does not wait: the platform counts and compares a number.</summary>
    public bool RefuseByPlatform()
    {
        using RateLimitLease lease = _platform.AttemptAcquire();
        return lease.IsAcquired;
    }

    /// <summary>The refusal of one who would wait while the queue is full: the same question as to triage.</summary>
    public bool RefuseByPlatformQueue()
    {
        ValueTask<RateLimitLease> answer = _queueing.AcquireAsync();
        if (!answer.IsCompleted)
        {
            throw new InvalidOperationException("The queue is not full.");
        }

        using RateLimitLease lease = answer.Result;
        return lease.IsAcquired;
    }

    /// <summary>Whether a controller turns a request away at the door.</summary>
    public static bool IsShed(AdmissionController controller, in AdmissionRequest request)
    {
        ValueTask<AdmissionLease> answer = controller.AdmitAsync(request);
        return answer.IsCompleted && answer.Result.Reason == RejectionReason.Shed;
    }

    /// <summary>A request of a client.</summary>
    public static AdmissionRequest Of(PartitionKey client) => new(RequestPriority.Bulk) { Partition = client };

    private static void Serve(AdmissionController controller, in AdmissionRequest request)
    {
        ValueTask<AdmissionLease> answer = controller.AdmitAsync(request);
        if (!answer.IsCompleted)
        {
            throw new InvalidOperationException("The times are not calm.");
        }

        answer.Result.Complete(AdmissionOutcome.Success);
    }

    private static AdmissionController Controller(FairnessOptions? fairness) => new("shop", new AdmissionPolicyOptions
    {
        Concurrency = new ConcurrencyOptions { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = 1 },
        Triage = new TriageOptions { Fairness = fairness },
    });
}
