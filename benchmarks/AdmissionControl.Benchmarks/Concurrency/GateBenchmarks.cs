using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.Concurrency;

/// <summary>What does it cost one thread to take a permit and give it back, bare and with the copy-safe lease?</summary>
public class GateBenchmarks
{
    private const int Limit = 100;

    private readonly ConcurrencyLimiter _platform = new(new ConcurrencyLimiterOptions { PermitLimit = Limit });
    private readonly ConcurrencyGate _gate = new(Limit);

    [Benchmark(Baseline = true)]
    public bool Platform()
    {
        using RateLimitLease lease = _platform.AttemptAcquire();
        return lease.IsAcquired;
    }

    [Benchmark]
    public bool Gate()
    {
        bool isTaken = _gate.TryAcquire();
        _gate.Release();
        return isTaken;
    }

    [Benchmark]
    public bool GateWithLease()
    {
        using AdmissionLease lease = _gate.TryAcquireLease();
        return lease.IsAdmitted;
    }
}
