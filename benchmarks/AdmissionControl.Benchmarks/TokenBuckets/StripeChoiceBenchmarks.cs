using AdmissionControl.Timing;
using AdmissionControl.TokenBuckets;
using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.TokenBuckets;

/// <summary>
/// What does a permit cost that already lies in a stripe, by how its stripe is found? All cores at the same time, time of all together over all
/// operations. See docs/decisions/0003.
/// </summary>
public class StripeChoiceBenchmarks
{
    private const int Takes = 4_000_000;

    [ThreadStatic]
    private static int _mine;

    private readonly Contenders _contenders = new(Environment.ProcessorCount);
    private readonly AdmissionClock _clock = AdmissionClock.For(null);
    private readonly PermitStripe[] _stripes = new PermitStripe[Environment.ProcessorCount];
    private readonly ArrivalWords[] _words = new ArrivalWords[Environment.ProcessorCount];

    /// <summary>The shipped way.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Takes)]
    public void ByProcessor() => Run(_ => { }, () => _stripes[Thread.GetCurrentProcessorId() % _stripes.Length].TryTake(1));

    /// <summary>A number that every thread has for good: two threads that run may well have the same, and then two processors share a stripe.</summary>
    [Benchmark(OperationsPerInvoke = Takes)]
    public void ByThread() => Run(thread => _mine = thread, () => _stripes[_mine % _stripes.Length].TryTake(1));

    /// <summary>A stripe that only its thread writes: as many stripes as there ever are threads, and nobody may take from another's.</summary>
    [Benchmark(OperationsPerInvoke = Takes)]
    public void ByThreadWithoutAtomics() => Run(
        thread => _mine = thread,
        () =>
        {
            ref long word = ref _words[_mine % _words.Length].ArrivalTime;
            long held = Volatile.Read(ref word);
            Volatile.Write(ref word, held - 1);
            return held > 0;
        });

    /// <summary>Permits that expire: each take reads the coarse clock.</summary>
    [Benchmark(OperationsPerInvoke = Takes)]
    public void ByProcessorWithClock() => Run(
        _ => { }, () => _clock.Coarse > 0 && _stripes[Thread.GetCurrentProcessorId() % _stripes.Length].TryTake(1));

    private void Run(Action<int> begin, Func<bool> take)
    {
        foreach (ref PermitStripe stripe in _stripes.AsSpan())
        {
            stripe.Release(int.MaxValue);
        }

        _contenders.Run(thread =>
        {
            begin(thread);
            for (int i = Takes / _contenders.Count; i > 0; i--)
            {
                take();
            }
        });
    }
}
