using System.Threading.RateLimiting;
using AdmissionControl.Policies;
using AdmissionControl.Timing;
using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks;

/// <summary>
/// What does the whole controller cost one thread: triage, token bucket and adaptive concurrency, admitted and completed? Against the platform's concurrency limiter alone, which does the
/// last of the three with a limit that cannot move.
/// </summary>
public class AdmissionControllerBenchmarks
{
    private const int Limit = 100;

    private readonly ConcurrencyLimiter _platform = new(new ConcurrencyLimiterOptions { PermitLimit = Limit });
    private readonly AdmissionController _sampled = Build(concurrency => { });
    private readonly AdmissionController _timed = Build(concurrency => concurrency.LatencySamplesPerSecond = int.MaxValue);
    private readonly AdmissionController _full = Build(concurrency => concurrency.Algorithm = ConcurrencyAlgorithm.Fixed);

    private readonly AdmissionClock _clock = AdmissionClock.For(null);

    [GlobalSetup]
    public void Fill()
    {
        for (int i = 0; i < Limit; i++)
        {
            _full.TryAdmit(default);
        }
    }

    [Benchmark(Baseline = true)]
    public bool Platform()
    {
        using RateLimitLease lease = _platform.AttemptAcquire();
        return lease.IsAcquired;
    }

    /// <summary>What timing every request costs before anything is done.</summary>
    [Benchmark]
    public long TwoPreciseReadingsAlone() => _clock.Precise - _clock.Precise;

    [Benchmark]
    public bool LatencySampled() => AdmitAndComplete(_sampled);

    [Benchmark]
    public bool EveryRequestTimed() => AdmitAndComplete(_timed);

    [Benchmark]
    public bool RefusedAtTheLimit()
    {
        using AdmissionLease lease = _full.TryAdmit(default);
        return lease.IsAdmitted;
    }

    private static bool AdmitAndComplete(AdmissionController controller)
    {
        AdmissionLease lease = controller.TryAdmit(new AdmissionRequest(RequestPriority.High));
        lease.Complete(AdmissionOutcome.Success);
        return lease.IsAdmitted;
    }

    private static AdmissionController Build(Action<ConcurrencyOptions> configure)
    {
        var concurrency = new ConcurrencyOptions();
        configure(concurrency);
        if (concurrency.Algorithm == ConcurrencyAlgorithm.Fixed)
        {
            concurrency.Limit = Limit;
        }

        return new AdmissionController("shop", new AdmissionPolicyOptions
        {
            Rate = new RateOptions { Limit = "1000000000/s", Burst = 1_000_000_000 },
            Shares = new PriorityShareOptions { Normal = 0.9, Low = 0.8, Bulk = 0.7 },
            Concurrency = concurrency,
        });
    }
}
