namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>Schedules by chance, from a seed: threads have random priorities, and at a few random steps the one that runs falls to the lowest.</summary>
/// <remarks>
/// Source: S. Burckhardt et al., "A randomized scheduler with probabilistic guarantees of finding bugs" (2010): in a program of n threads and
/// k steps a bug that needs d orderings is found by each schedule with a chance of at least 1 / (n k^(d-1)), with d - 1 such steps.
/// </remarks>
internal sealed class RandomPriorities(int seed, int schedules, int changes) : IStrategy
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<int, int> _priorities = [];
    private readonly HashSet<int> _changeAt = [];
    private int _remaining = schedules;
    private int _lowest;
    private int _step;
    private int _longest = 1;

    public bool Begin()
    {
        _longest = Math.Max(_longest, _step);
        _priorities.Clear();
        _changeAt.Clear();
        _lowest = 0;
        _step = 0;
        for (int i = 0; i < changes; i++)
        {
            _changeAt.Add(_random.Next(1, _longest + 1));
        }

        return _remaining-- > 0;
    }

    public int Choose(ReadOnlySpan<int> able, bool isFree)
    {
        _step++;
        if (_changeAt.Contains(_step))
        {
            _priorities[able[0]] = --_lowest;
        }

        int best = 0;
        for (int i = 1; i < able.Length; i++)
        {
            if (Priority(able[i]) > Priority(able[best]))
            {
                best = i;
            }
        }

        return best;
    }

    private int Priority(int id)
    {
        if (!_priorities.TryGetValue(id, out int priority))
        {
            _priorities[id] = priority = _random.Next(1, int.MaxValue);
        }

        return priority;
    }
}
