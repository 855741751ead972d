using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.Concurrency;

/// <summary>What does it cost one thread to be refused by a gate whose permits are all taken?</summary>
public class GateRefuseBenchmarks
{
    private readonly ConcurrencyLimiter _platform = new(new ConcurrencyLimiterOptions { PermitLimit = 1 });
    private readonly ConcurrencyGate _gate = new(1);

    [GlobalSetup]
    public void Fill()
    {
        _platform.AttemptAcquire();
        _gate.TryAcquire();
    }

    [Benchmark(Baseline = true)]
    public bool Platform()
    {
        using RateLimitLease lease = _platform.AttemptAcquire();
        return lease.IsAcquired;
    }

    [Benchmark]
    public bool Gate() => _gate.TryAcquire();

    [Benchmark]
    public bool GateWithLease()
    {
        using AdmissionLease lease = _gate.TryAcquireLease();
        return lease.IsAdmitted;
    }
}
