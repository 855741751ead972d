using System.Numerics;
using AdmissionControl.Queueing;
using AdmissionControl.Triage;
using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.Triage;

/// <summary>
/// What does one cost who waits and is granted, best first, or who waits and makes room, worst first, in a queue that fills to a length and is emptied? Against a
/// <see cref="PriorityQueue{TElement, TPriority}"/> under the same lock, which knows one end only (another, turned round, stands for the other end), no expiry, and cannot let one leave from the middle.
/// </summary>
public class WaiterLineBenchmarks
{
    private const int Requests = 10_000;

    private readonly Lock _lock = new();
    private readonly PriorityQueue<Waiter, (int, long)> _best = new();
    private readonly PriorityQueue<Waiter, (int, long)> _worst = new(Comparer<(int, long)>.Create(static (a, b) => b.CompareTo(a)));
    private readonly WaiterLine _line = new();
    private Waiter[] _waiters = [];

    [Params(200, Requests)]
    public int Waiting { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        // Levels as they come under a flood: four priorities, all cohorts.
        var random = new Random(1);
        _waiters = [.. Enumerable.Range(0, Requests).Select(i => Waiter.For(
            null!, default, TriageLevel.Of((RequestPriority)random.Next(4), band: 0, random.Next(AdmissionRequest.CohortCount)), i, i + 200_000_000))];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Requests)]
    public void PlatformGrant() => FillAndEmpty(_best);

    [Benchmark(OperationsPerInvoke = Requests)]
    public void PlatformDisplacement() => FillAndEmpty(_worst);

    [Benchmark(OperationsPerInvoke = Requests)]
    public void Grant()
    {
        for (int first = 0; first < Requests; first += Waiting)
        {
            Fill(first);
            for (int i = 0; i < Waiting; i++)
            {
                lock (_lock)
                {
                    _line.Remove(_line.Best!);
                }
            }
        }
    }

    [Benchmark(OperationsPerInvoke = Requests)]
    public void Displacement()
    {
        for (int first = 0; first < Requests; first += Waiting)
        {
            Fill(first);
            for (int i = 0; i < Waiting; i++)
            {
                lock (_lock)
                {
                    _line.Remove(_line.WorstOf(BitOperations.Log2(_line.Priorities)));
                }
            }
        }
    }

    private void Fill(int first)
    {
        foreach (Waiter waiter in _waiters.AsSpan(first, Waiting))
        {
            lock (_lock)
            {
                _line.Add(waiter);
            }
        }
    }

    private void FillAndEmpty(PriorityQueue<Waiter, (int, long)> queue)
    {
        for (int first = 0; first < Requests; first += Waiting)
        {
            foreach (Waiter waiter in _waiters.AsSpan(first, Waiting))
            {
                lock (_lock)
                {
                    queue.Enqueue(waiter, (waiter.Level.Value, waiter.EnqueuedAt));
                }
            }

            for (int i = 0; i < Waiting; i++)
            {
                lock (_lock)
                {
                    queue.Dequeue();
                }
            }
        }
    }
}
