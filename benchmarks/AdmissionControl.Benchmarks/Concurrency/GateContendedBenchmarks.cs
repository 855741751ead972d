using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.Concurrency;

/// <summary>What do a permit and its return cost when every core uses one gate at the same time? Time of all together over all operations.</summary>
public class GateContendedBenchmarks
{
    private const int Limit = 100;

    // So many that the wake-up of the threads does not count.
    private const int Requests = 2_000_000;

    private readonly Contenders _contenders = new(Environment.ProcessorCount);
    private readonly ConcurrencyLimiter _platform = new(new ConcurrencyLimiterOptions { PermitLimit = Limit });
    private readonly ConcurrencyGate _gate = new(Limit);

    [Benchmark(Baseline = true, OperationsPerInvoke = Requests)]
    public void Platform() => _contenders.Run(_ =>
    {
        for (int i = Requests / _contenders.Count; i > 0; i--)
        {
            using RateLimitLease lease = _platform.AttemptAcquire();
        }
    });

    [Benchmark(OperationsPerInvoke = Requests)]
    public void Gate() => _contenders.Run(_ =>
    {
        for (int i = Requests / _contenders.Count; i > 0; i--)
        {
            _gate.TryAcquire();
            _gate.Release();
        }
    });

    [Benchmark(OperationsPerInvoke = Requests)]
    public void GateWithLease() => _contenders.Run(_ =>
    {
        for (int i = Requests / _contenders.Count; i > 0; i--)
        {
            using AdmissionLease lease = _gate.TryAcquireLease();
        }
    });
}
