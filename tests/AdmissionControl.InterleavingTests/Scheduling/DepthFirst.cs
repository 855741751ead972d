namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>Every schedule with at most so many preemptions, each once. A preemption takes the turn from a thread that could go on.</summary>
/// <remarks>
/// The choices of the last schedule are kept; the next one repeats them up to the last that had an alternative left, and takes that.
/// Source: M. Musuvathi and S. Qadeer, "Iterative context bounding for systematic testing of multithreaded programs" (2007): most bugs need one or
/// two preemptions.
/// </remarks>
internal sealed class DepthFirst(int mostPreemptions) : IStrategy
{
    private const int BitsOfAnId = 4;

    private readonly List<Choice> _path = [];
    private int _depth;
    private int _preemptions;
    private bool _hasBegun;

    /// <summary>Whether the number of preemptions kept any schedule out.</summary>
    public bool HasLeftOut { get; private set; }

    public bool Begin()
    {
        if (_hasBegun)
        {
            ThrowIf(_depth < _path.Count);
            while (_path.Count > 0 && _path[^1].Chosen + 1 == _path[^1].Count)
            {
                _path.RemoveAt(_path.Count - 1);
            }

            if (_path.Count == 0)
            {
                return false;
            }

            _path[^1] = _path[^1] with { Chosen = _path[^1].Chosen + 1 };
        }

        _hasBegun = true;
        _depth = 0;
        _preemptions = 0;
        return true;
    }

    public int Choose(ReadOnlySpan<int> able, bool isFree)
    {
        int count = isFree || _preemptions < mostPreemptions ? able.Length : 1;
        HasLeftOut |= count < able.Length;
        if (_depth == _path.Count)
        {
            _path.Add(new(Chosen: 0, count, Key(able)));
        }

        (int chosen, _, ulong expected) = _path[_depth++];
        ThrowIf(expected != Key(able));
        if (chosen > 0 && !isFree)
        {
            _preemptions++;
        }

        return chosen;
    }

    private void ThrowIf(bool isOther)
    {
        if (isOther)
        {
            throw new InvalidOperationException($"The scenario is not the same twice: after {_depth} steps other threads can go on than when it began alike.");
        }
    }

    private static ulong Key(ReadOnlySpan<int> able)
    {
        ulong key = 0;
        foreach (int id in able)
        {
            key = (key << BitsOfAnId) | ((uint)id + 1);
        }

        return key;
    }

    private readonly record struct Choice(int Chosen, int Count, ulong Able);
}
