using System.Globalization;
using System.Threading.RateLimiting;
using AdmissionControl.KeyedBuckets;
using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.KeyedBuckets;

/// <summary>What does it cost to take a permit of one of many keys, all of which are live, in random order?</summary>
public class KeyedBucketsBenchmarks
{
    private const int Takes = 8192;
    private const int Burst = 1_000_000;

    private PartitionedRateLimiter<long> _platform = null!;
    private PartitionedRateLimiter<string> _platformStrings = null!;
    private KeyedTokenBuckets<long> _buckets = null!;
    private KeyedTokenBuckets<string> _bucketsOfStrings = null!;
    private long[] _keys = null!;
    private string[] _names = null!;

    [Params(1_000, 100_000, 1_000_000)]
    public int Keys { get; set; }

    /// <summary>A limiter in the form that ASP.NET Core's documentation shows: a token bucket for each partition.</summary>
    public static PartitionedRateLimiter<long> CreatePlatform() => PartitionedRateLimiter.Create<long, long>(
        key => RateLimitPartition.GetTokenBucketLimiter(key, static _ => Options()));

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(7);
        _keys = [.. Enumerable.Range(0, Takes).Select(_ => random.NextInt64(Keys))];
        _names = [.. _keys.Select(k => string.Create(CultureInfo.InvariantCulture, $"client-{k}"))];
        _platform = CreatePlatform();
        _platformStrings = PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetTokenBucketLimiter(key, static _ => Options()));
        _buckets = new KeyedTokenBuckets<long>(1, Burst, 16L * Math.Max(Keys, 1024));
        _bucketsOfStrings = new KeyedTokenBuckets<string>(1, Burst, 16L * Math.Max(Keys, 1024));
        for (long key = 0; key < Keys; key++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"client-{key}");
            _platform.AttemptAcquire(key);
            _platformStrings.AttemptAcquire(name);
            _buckets.TryTake(key);
            _bucketsOfStrings.TryTake(name);
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _platform.Dispose();
        _platformStrings.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Takes)]
    public void Platform()
    {
        foreach (long key in _keys)
        {
            using RateLimitLease lease = _platform.AttemptAcquire(key);
        }
    }

    [Benchmark(OperationsPerInvoke = Takes)]
    public void KeyedTokenBuckets()
    {
        foreach (long key in _keys)
        {
            _buckets.TryTake(key);
        }
    }

    [Benchmark(OperationsPerInvoke = Takes)]
    public void PlatformStrings()
    {
        foreach (string name in _names)
        {
            using RateLimitLease lease = _platformStrings.AttemptAcquire(name);
        }
    }

    [Benchmark(OperationsPerInvoke = Takes)]
    public void KeyedTokenBucketsStrings()
    {
        foreach (string name in _names)
        {
            _bucketsOfStrings.TryTake(name);
        }
    }

    private static TokenBucketRateLimiterOptions Options() => new()
    {
        TokenLimit = Burst,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = true,
    };
}
