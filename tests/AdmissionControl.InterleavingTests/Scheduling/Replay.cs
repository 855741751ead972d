namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>One schedule once more, from the choices that made it.</summary>
internal sealed class Replay(IReadOnlyList<int> choices) : IStrategy
{
    private int _next;

    public bool Begin() => _next == 0;

    public int Choose(ReadOnlySpan<int> able, bool isFree) => choices[_next++];
}
