using System.Threading.RateLimiting;
using AdmissionControl.Policies;
using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.Triage;

/// <summary>
/// What does it cost one thread to be turned away by the threshold of triage, under an overload? Against the platform's concurrency limiter: refusing one who does not wait, which counts and compares a number,
/// and refusing one who would wait while its queue is full, which is the same question.
/// </summary>
public class TriageRefuseBenchmarks
{
    private readonly ConcurrencyLimiter _platform = new(new ConcurrencyLimiterOptions { PermitLimit = 1 });
    private readonly ConcurrencyLimiter _queueing = new(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 1 });
    private readonly AdmissionController _triage = new("shop", Triage(fairness: null));
    private readonly AdmissionController _fair = new("shop", Triage(new FairnessOptions()));
    private readonly PartitionKey _client = PartitionKey.From(7);
    private Task? _waiting;

    [GlobalSetup]
    public void Flood()
    {
        _platform.AttemptAcquire();
        _queueing.AttemptAcquire();
        _waiting = _queueing.AcquireAsync().AsTask();
        foreach (AdmissionController controller in (ReadOnlySpan<AdmissionController>)[_triage, _fair])
        {
            controller.TryAdmit(new AdmissionRequest(RequestPriority.Critical));
            while (!IsShed(controller, Request()))
            {
                // Until the first window with refusals has ended: a second.
            }
        }
    }

    [Benchmark(Baseline = true)]
    public bool Platform()
    {
        using RateLimitLease lease = _platform.AttemptAcquire();
        return lease.IsAcquired;
    }

    [Benchmark]
    public bool PlatformQueueFull()
    {
        ValueTask<RateLimitLease> answer = _queueing.AcquireAsync();
        if (!answer.IsCompleted)
        {
            throw new InvalidOperationException("The queue is not full.");
        }

        using RateLimitLease lease = answer.Result;
        return lease.IsAcquired;
    }

    [Benchmark]
    public bool Threshold() => IsShed(_triage, new AdmissionRequest(RequestPriority.Bulk));

    [Benchmark]
    public bool ThresholdOfAClient() => IsShed(_triage, Request());

    [Benchmark]
    public bool ThresholdWithFairness() => IsShed(_fair, Request());

    private static bool IsShed(AdmissionController controller, in AdmissionRequest request)
    {
        ValueTask<AdmissionLease> answer = controller.AdmitAsync(request);
        return answer.IsCompleted && answer.Result.Reason == RejectionReason.Shed;
    }

    private AdmissionRequest Request() => new(RequestPriority.Bulk) { Partition = _client };

    private static AdmissionPolicyOptions Triage(FairnessOptions? fairness) => new()
    {
        Concurrency = new ConcurrencyOptions { Algorithm = ConcurrencyAlgorithm.Fixed, Limit = 1 },
        Triage = new TriageOptions { Fairness = fairness },
    };
}
