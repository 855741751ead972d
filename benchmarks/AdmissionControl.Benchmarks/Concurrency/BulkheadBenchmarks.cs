using System.Threading.RateLimiting;
using AdmissionControl.Concurrency;
using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.Concurrency;

/// <summary>
/// What does it cost one thread to take a permit of a bulkhead and give it back: within the reserve, beyond it, and with the copy-safe
/// lease? Against the platform's concurrency limiter, which has one limit for all.
/// </summary>
public class BulkheadBenchmarks
{
    private const int Limit = 100;
    private const int Reserve = 20;

    private readonly ConcurrencyLimiter _platform = new(new ConcurrencyLimiterOptions { PermitLimit = Limit });
    private readonly Bulkhead _owner;
    private readonly Bulkhead _busyOwner;
    private readonly Bulkhead _borrower;

    public BulkheadBenchmarks()
    {
        var all = new Bulkheads(new ConcurrencyGate(Limit));
        _owner = all.Add("owner", Reserve);
        _busyOwner = all.Add("busy owner", Reserve);
        _borrower = all.Add("borrower", reserve: 0);
        _busyOwner.TryAcquire();
    }

    [Benchmark(Baseline = true)]
    public bool Platform()
    {
        using RateLimitLease lease = _platform.AttemptAcquire();
        return lease.IsAcquired;
    }

    /// <summary>The only request in flight: its end is the last use of the bulkhead, which reads the coarse clock.</summary>
    [Benchmark]
    public bool WithinReserve() => TakeAndRelease(_owner);

    /// <summary>One of several in flight.</summary>
    [Benchmark]
    public bool WithinReserveOfABusyOne() => TakeAndRelease(_busyOwner);

    [Benchmark]
    public bool WithinReserveWithLease()
    {
        using AdmissionLease lease = _busyOwner.TryAcquireLease();
        return lease.IsAdmitted;
    }

    [Benchmark]
    public bool Borrowed() => TakeAndRelease(_borrower);

    private static bool TakeAndRelease(Bulkhead bulkhead)
    {
        bool isTaken = bulkhead.TryAcquire();
        bulkhead.Release();
        return isTaken;
    }
}
