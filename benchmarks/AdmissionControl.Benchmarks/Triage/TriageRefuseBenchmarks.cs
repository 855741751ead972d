using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.Triage;

/// <summary>
/// What does it cost one thread to be turned away by the threshold of triage, under an overload? Against the platform's concurrency limiter: refusing one who does not wait, which counts and compares a number,
/// and refusing one who would wait while its queue is full, which is the same question.
/// </summary>
public class TriageRefuseBenchmarks
{
    // So many in a row that the flood does not end between two measurements.
    private const int Refusals = 1_000_000;

    private readonly Overload _overload = new();

    [GlobalSetup(Targets = [nameof(Platform), nameof(PlatformQueueFull)])]
    public void FillPlatform() => _overload.BeginOnPlatform();

    [GlobalSetup(Target = nameof(Threshold))]
    public void Flood() => _overload.Begin(_overload.Triage, static _ => new AdmissionRequest(RequestPriority.Bulk));

    [GlobalSetup(Target = nameof(ThresholdOfAClient))]
    public void FloodByOne() => _overload.Begin(_overload.Triage, _ => Overload.Of(_overload.Clients[0]));

    [GlobalSetup(Target = nameof(ThresholdWithFairness))]
    public void FloodFairly() => _overload.Begin(_overload.Fair, i => Overload.Of(_overload.Clients[i % _overload.Clients.Length]));

    [GlobalCleanup]
    public void Check() => _overload.End();

    [Benchmark(Baseline = true, OperationsPerInvoke = Refusals)]
    public void Platform()
    {
        for (int i = Refusals; i > 0; i--)
        {
            _overload.RefuseByPlatform();
        }
    }

    [Benchmark(OperationsPerInvoke = Refusals)]
    public void PlatformQueueFull()
    {
        for (int i = Refusals; i > 0; i--)
        {
            _overload.RefuseByPlatformQueue();
        }
    }

    [Benchmark(OperationsPerInvoke = Refusals)]
    public void Threshold()
    {
        for (int i = Refusals; i > 0; i--)
        {
            Overload.IsShed(_overload.Triage, new AdmissionRequest(RequestPriority.Bulk));
        }
    }

    [Benchmark(OperationsPerInvoke = Refusals)]
    public void ThresholdOfAClient()
    {
        for (int i = Refusals; i > 0; i--)
        {
            Overload.IsShed(_overload.Triage, Overload.Of(_overload.Clients[0]));
        }
    }

    [Benchmark(OperationsPerInvoke = Refusals)]
    public void ThresholdWithFairness()
    {
        for (int i = Refusals; i > 0; i--)
        {
            Overload.IsShed(_overload.Fair, Overload.Of(_overload.Clients[i % _overload.Clients.Length]));
        }
    }
}
