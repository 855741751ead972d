using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.Triage;

/// <summary>
/// What does it cost one thread to be turned away by the threshold of triage, under an overload? Against the platform's concurrency limiter: refusing one who does not wait, which counts and compares a number,
/// and refusing one who would wait while its queue is full, which is the same question.
/// </summary>
public class TriageRefuseBenchmarks
{
    private readonly Overload _overload = new();
    private int _next;

    [GlobalSetup]
    public void Flood() => _overload.Begin();

    [Benchmark(Baseline = true)]
    public bool Platform() => _overload.RefuseByPlatform();

    [Benchmark]
    public bool PlatformQueueFull() => _overload.RefuseByPlatformQueue();

    [Benchmark]
    public bool Threshold() => Overload.IsShed(_overload.Triage, new AdmissionRequest(RequestPriority.Bulk));

    [Benchmark]
    public bool ThresholdOfAClient() => Overload.IsShed(_overload.Triage, Overload.Of(_overload.Clients[0]));

    [Benchmark]
    public bool ThresholdWithFairness() => Overload.IsShed(_overload.Fair, Overload.Of(_overload.Clients[_next++ % _overload.Clients.Length]));
}
