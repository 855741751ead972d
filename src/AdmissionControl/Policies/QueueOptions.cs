namespace AdmissionControl.Policies;

/// <summary>How long a request may wait for its turn, and how many may.</summary>
public sealed class QueueOptions
{
    /// <summary>
    /// The longest wait: from 1 ms to 1 hour; required. A request whose tokens cannot be there by then is refused at once. Reloadable, for those who come after.
    /// </summary>
    public TimeSpan MaxWait { get; set; }

    /// <summary>
    /// The most requests that wait at once: from 1 to 1000000; default 1000. When it is full, a more important arrival displaces the least important
    /// waiter. Reloadable.
    /// </summary>
    public int MaxLength { get; set; } = 1000;
}
