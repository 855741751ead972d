namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>A scenario set up for one schedule: fresh objects, threads that use them, and what must hold.</summary>
/// <param name="Threads">What each thread does. Only operations of the shim are steps.</param>
internal sealed record Play(params Action[] Threads)
{
    /// <summary>Throws when what must hold between any two steps does not. Runs outside the schedule.</summary>
    public Action Always { get; init; } = static () => { };

    /// <summary>Throws when what must hold at the end does not.</summary>
    public Action AtEnd { get; init; } = static () => { };
}
