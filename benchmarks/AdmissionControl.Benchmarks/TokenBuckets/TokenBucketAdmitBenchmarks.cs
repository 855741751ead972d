using System.Threading.RateLimiting;
using AdmissionControl.TokenBuckets;
using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.TokenBuckets;

/// <summary>What does it cost one thread to take a permit that is there?</summary>
public class TokenBucketAdmitBenchmarks
{
    private const int Plenty = 1_000_000_000;

    private readonly TokenBucketRateLimiter _platform = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = Plenty,
        TokensPerPeriod = Plenty,
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
    });

    private readonly TokenBucket _bucket = new(Plenty, Plenty);
    private readonly StripedTokenBucket _striped = new(Plenty, Plenty);

    [Benchmark(Baseline = true)]
    public bool Platform()
    {
        using RateLimitLease lease = _platform.AttemptAcquire();
        return lease.IsAcquired;
    }

    [Benchmark]
    public bool TokenBucket() => _bucket.TryTake();

    [Benchmark]
    public bool TokenBucketWithRetryAfter() => _bucket.TryTake(out _);

    [Benchmark]
    public bool StripedTokenBucket() => _striped.TryTake();
}
