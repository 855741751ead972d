namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>One thread of a scenario, on a worker thread that serves every schedule of an exploration.</summary>
internal sealed class Actor(Scheduler scheduler, int id)
{
    private readonly Baton _turn = new();

    public Scheduler Scheduler => scheduler;

    public int Id => id;

    public string Name => ((char)('A' + id)).ToString();

    /// <summary>The lock that its next step enters; null when it enters none.</summary>
    public Lock? Wants { get; set; }

    /// <summary>Whether it lets another thread take a step first.</summary>
    public bool IsResting { get; set; }

    public bool IsDone { get; set; }

    public bool CanStep => !IsDone && !IsResting && Wants?.IsClosedTo(this) != true;

    public void GiveTurn() => _turn.Give();

    public void AwaitTurn() => _turn.Await();

    public void Reset()
    {
        Wants = null;
        IsResting = false;
        IsDone = false;
    }
}
