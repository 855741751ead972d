using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.Triage;

/// <summary>
/// Ways to be turned away under an overload, each on so many threads at the same time: by the platform's concurrency limiter, which refuses one who does not wait by counting and comparing a number, and one who
/// would wait while its queue is full, which is the same question as to triage; and by the threshold of triage.
/// </summary>
/// <remarks>Time of all threads together over all operations.</remarks>
public abstract class TriageRefusals(int threads)
{
    // So many that the wake-up of the threads does not count, and that the flood does not end between two measurements.
    private const int Refusals = 2_000_000;

    private readonly Contenders _contenders = new(threads);
    private readonly Overload _overload = new();

    [GlobalSetup(Targets = [nameof(Platform), nameof(PlatformQueueFull)])]
    public void FillPlatform() => _overload.BeginOnPlatform();

    [GlobalSetup(Target = nameof(Threshold))]
    public void Flood() => _overload.Begin(_overload.Triage, static _ => new AdmissionRequest(RequestPriority.Bulk));

    [GlobalSetup(Target = nameof(ThresholdOfAClient))]
    public void FloodByOne() => _overload.Begin(_overload.Triage, _ => Overload.Of(_overload.Clients[0]));

    [GlobalSetup(Target = nameof(ThresholdWithFairness))]
    public void FloodFairly() => _overload.Begin(_overload.Fair, i => Overload.Of(_overload.Clients[i % _overload.Clients.Length]));

    [GlobalSetup(Target = nameof(ThresholdWithFairnessToOneClient))]
    public void FloodFairlyByOne() => _overload.Begin(_overload.Fair, _ => Overload.Of(_overload.Clients[0]));

    [GlobalCleanup]
    public void Check()
    {
        _overload.End();
        _contenders.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Refusals)]
    public void Platform() => _contenders.Run(_ =>
    {
        for (int i = Refusals / _contenders.Count; i > 0; i--)
        {
            _overload.RefuseByPlatform();
        }
    });

    [Benchmark(OperationsPerInvoke = Refusals)]
    public void PlatformQueueFull() => _contenders.Run(_ =>
    {
        for (int i = Refusals / _contenders.Count; i > 0; i--)
        {
            _overload.RefuseByPlatformQueue();
        }
    });

    [Benchmark(OperationsPerInvoke = Refusals)]
    public void Threshold() => _contenders.Run(_ =>
    {
        for (int i = Refusals / _contenders.Count; i > 0; i--)
        {
            Overload.IsShed(_overload.Triage, new AdmissionRequest(RequestPriority.Bulk));
        }
    });

    [Benchmark(OperationsPerInvoke = Refusals)]
    public void ThresholdOfAClient() => _contenders.Run(_ =>
    {
        for (int i = Refusals / _contenders.Count; i > 0; i--)
        {
            Overload.IsShed(_overload.Triage, Overload.Of(_overload.Clients[0]));
        }
    });

    [Benchmark(OperationsPerInvoke = Refusals)]
    public void ThresholdWithFairness() => _contenders.Run(thread =>
    {
        for (int i = Refusals / _contenders.Count; i > 0; i--)
        {
            Overload.IsShed(_overload.Fair, Overload.Of(_overload.Clients[(i + (thread * 512)) % _overload.Clients.Length]));
        }
    });

    [Benchmark(OperationsPerInvoke = Refusals)]
    public void ThresholdWithFairnessToOneClient() => _contenders.Run(_ =>
    {
        for (int i = Refusals / _contenders.Count; i > 0; i--)
        {
            Overload.IsShed(_overload.Fair, Overload.Of(_overload.Clients[0]));
        }
    });
}
