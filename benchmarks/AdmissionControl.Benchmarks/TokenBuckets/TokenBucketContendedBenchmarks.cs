using System.Threading.RateLimiting;
using AdmissionControl.Benchmarks.TokenBuckets.RunnersUp;
using AdmissionControl.TokenBuckets;
using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.TokenBuckets;

/// <summary>What does a permit cost when every core takes from one bucket at the same time? Time of all together over all operations.</summary>
public class TokenBucketContendedBenchmarks
{
    private const int Plenty = 1_000_000_000;
    // So many that the wake-up of the threads does not count.
    private const int Takes = 2_000_000;

    private readonly Contenders _contenders = new(Environment.ProcessorCount);

    private readonly TokenBucketRateLimiter _platform = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = Plenty,
        TokensPerPeriod = Plenty,
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
    });

    private readonly TokenBucket _bucket = new(Plenty, Plenty);
    private readonly StripedTokenBucket _striped = new(Plenty, Plenty);
    private readonly NoBackoffBucket _noBackoff = new(Plenty, Plenty);
    private readonly FetchAndAddBucket _fetchAndAdd = new(Plenty, Plenty);

    [Benchmark(Baseline = true, OperationsPerInvoke = Takes)]
    public void Platform() => _contenders.Run(_ =>
    {
        for (int i = Takes / _contenders.Count; i > 0; i--)
        {
            using RateLimitLease lease = _platform.AttemptAcquire();
        }
    });

    [Benchmark(OperationsPerInvoke = Takes)]
    public void TokenBucket() => _contenders.Run(_ =>
    {
        for (int i = Takes / _contenders.Count; i > 0; i--)
        {
            _bucket.TryTake();
        }
    });

    [Benchmark(OperationsPerInvoke = Takes)]
    public void StripedTokenBucket() => _contenders.Run(_ =>
    {
        for (int i = Takes / _contenders.Count; i > 0; i--)
        {
            _striped.TryTake();
        }
    });

    [Benchmark(OperationsPerInvoke = Takes)]
    public void RunnerUpWithoutBackoff() => _contenders.Run(_ =>
    {
        for (int i = Takes / _contenders.Count; i > 0; i--)
        {
            _noBackoff.TryTake();
        }
    });

    [Benchmark(OperationsPerInvoke = Takes)]
    public void RunnerUpFetchAndAdd() => _contenders.Run(_ =>
    {
        for (int i = Takes / _contenders.Count; i > 0; i--)
        {
            _fetchAndAdd.TryTake();
        }
    });
}
