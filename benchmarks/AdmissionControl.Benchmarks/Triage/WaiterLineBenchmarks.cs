using AdmissionControl.Queueing;
using AdmissionControl.Triage;
using BenchmarkDotNet.Attributes;

namespace AdmissionControl.Benchmarks.Triage;

/// <summary>
/// What does it cost to let one more wait and to grant the best, or to let the worst make room, in a queue of 200 or 10,000? Against a <see cref="PriorityQueue{TElement, TPriority}"/> under the same kind of lock,
/// which knows one end only (another, turned round, stands for the other end), no expiry, and cannot let one leave from the middle.
/// </summary>
public class WaiterLineBenchmarks
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Waiter, (int, long)> _best = new();
    private readonly PriorityQueue<Waiter, (int, long)> _worst = new(Comparer<(int, long)>.Create(static (a, b) => b.CompareTo(a)));
    private readonly WaiterLine _line = new();
    private Waiter[] _waiters = [];
    private int _next;
    private long _now;

    [Params(200, 10_000)]
    public int Waiting { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        // Levels as they come under a flood: four priorities, all cohorts; one waiter more for each queue than waits.
        var random = new Random(1);
        _waiters = [.. Enumerable.Range(0, 4 * Waiting).Select(_ => Make(random, _now++))];
        for (int i = 0; i < Waiting; i++)
        {
            _best.Enqueue(_waiters[i], (_waiters[i].Level.Value, i));
            _worst.Enqueue(_waiters[i], (_waiters[i].Level.Value, i));
            _line.Add(_waiters[Waiting + i]);
        }

        _next = 2 * Waiting;
    }

    [Benchmark(Baseline = true)]
    public long PlatformGrant()
    {
        lock (_lock)
        {
            Waiter waiter = Next();
            return _best.EnqueueDequeue(waiter, (waiter.Level.Value, _now++)).ExpiresAt;
        }
    }

    [Benchmark]
    public long PlatformDisplacement()
    {
        lock (_lock)
        {
            Waiter waiter = Next();
            return _worst.EnqueueDequeue(waiter, (waiter.Level.Value, _now++)).ExpiresAt;
        }
    }

    [Benchmark]
    public long Grant()
    {
        lock (_lock)
        {
            Waiter best = _line.Best!;
            _line.Remove(best);
            _line.Add(best);
            return best.ExpiresAt;
        }
    }

    [Benchmark]
    public long Displacement()
    {
        lock (_lock)
        {
            Waiter worst = _line.WorstOf(3);
            _line.Remove(worst);
            _line.Add(worst);
            return worst.ExpiresAt;
        }
    }

    private Waiter Next() => _waiters[_next = _next + 1 < _waiters.Length ? _next + 1 : 2 * Waiting];

    private static Waiter Make(Random random, long now) => Waiter.For(
        null!, default, TriageLevel.Of((RequestPriority)random.Next(4), band: 0, random.Next(AdmissionRequest.CohortCount)), now, now + 200_000_000);
}
