namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>Hands the turn from one thread to one that waits for it.</summary>
/// <remarks>Parks at once: all threads of a schedule but one wait, and would only take the processors from the one that runs if they spun.</remarks>
internal sealed class Baton
{
    private readonly object _gate = new();
    private bool _isGiven;

    public void Give()
    {
        lock (_gate)
        {
            _isGiven = true;
            Monitor.Pulse(_gate);
        }
    }

    public void Await() => TryAwait(Timeout.InfiniteTimeSpan);

    /// <returns>Whether it was given within the time.</returns>
    public bool TryAwait(TimeSpan longest)
    {
        lock (_gate)
        {
            while (!_isGiven)
            {
                if (!Monitor.Wait(_gate, longest))
                {
                    return false;
                }
            }

            _isGiven = false;
            return true;
        }
    }
}
