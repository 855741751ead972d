namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>Chooses who takes the next step.</summary>
internal interface IStrategy
{
    /// <summary>Called before each schedule.</summary>
    /// <returns>Whether there is another one.</returns>
    bool Begin();

    /// <summary>One choice.</summary>
    /// <param name="able">Who can take a step, by id; whoever took the last one comes first, if it can go on.</param>
    /// <param name="isFree">Whether no choice interrupts anybody: the last one has ended, waits, or gives way.</param>
    /// <returns>An index of <paramref name="able"/>.</returns>
    int Choose(ReadOnlySpan<int> able, bool isFree);
}
