namespace Storefront.Director;

/// <summary>All samples so far; whoever watches gets those that came before, then each new one. Safe for concurrent use.</summary>
internal sealed class Timeline
{
    private readonly Lock _lock = new();
    private readonly List<Sample> _samples = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(Sample sample)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            _samples.Add(sample);
            more = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
    }

    public IReadOnlyList<Sample> From(int index)
    {
        lock (_lock)
        {
            return _samples[Math.Min(index, _samples.Count)..];
        }
    }

    /// <summary>Completes when there is a sample at this index.</summary>
    public Task MoreThanAsync(int index, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _samples.Count > index ? Task.CompletedTask : _more.Task.WaitAsync(cancellationToken);
        }
    }
}
