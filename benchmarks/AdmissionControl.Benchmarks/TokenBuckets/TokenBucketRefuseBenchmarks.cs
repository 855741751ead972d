using System.Threading.RateLimiting;
using AdmissionControl.Timing;
using AdmissionControl.TokenBuckets;
using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.TokenBuckets;

/// <summary>What does it cost one thread to be refused by an exhausted bucket, with the time to come back?</summary>
public class TokenBucketRefuseBenchmarks
{
    private readonly TokenBucketRateLimiter _platform = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 1,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromDays(1),
    });

    // Far from the next permit, where no reading within a coarse tick could admit.
    private readonly TokenBucket _exhausted = new(TokenBucket.MinPermitsPerSecond, burst: 1);

    // Looks into its stripes, too: one a processor.
    private readonly StripedTokenBucket _striped = new(TokenBucket.MinPermitsPerSecond, burst: 1_000_000);

    // Always within a coarse tick of the next permit: the precise clock is asked each time. One permit is 9 ms, of which takers use up what flows in.
    private readonly TokenBucket _inBand = new(permitsPerSecond: 111, burst: 1);

    private readonly AdmissionClock _clock = AdmissionClock.For(null);

    [GlobalSetup]
    public void Exhaust()
    {
        _platform.AttemptAcquire();
        _exhausted.TryTake();
        _inBand.TryTake();
        while (_striped.TryTake())
        {
        }
    }

    [Benchmark(Baseline = true)]
    public bool Platform()
    {
        using RateLimitLease lease = _platform.AttemptAcquire();
        return lease.IsAcquired;
    }

    /// <summary>What no refusal that knows the time can be cheaper than.</summary>
    [Benchmark]
    public long CoarseReadingAlone() => _clock.Coarse;

    /// <summary>The same inside the band.</summary>
    [Benchmark]
    public long PreciseReadingAlone() => _clock.Precise;

    [Benchmark]
    public bool Exhausted() => _exhausted.TryTake();

    [Benchmark]
    public bool ExhaustedWithRetryAfter() => _exhausted.TryTake(out _);

    [Benchmark]
    public bool StripedExhaustedWithRetryAfter() => _striped.TryTake(out _);

    [Benchmark]
    public bool InsideTheBandWithRetryAfter() => _inBand.TryTake(out _);
}
