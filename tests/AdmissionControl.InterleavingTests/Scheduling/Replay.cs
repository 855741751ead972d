namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>One schedule once more, from the choices that made it.</summary>
internal sealed class Replay(IReadOnlyList<int> choices) : IStrategy
{
    private int _next;

    public bool Begin() => _next == 0;

    public int Choose(ReadOnlySpan<int> able, bool isFree) => _next < choices.Count && choices[_next] < able.Length
        ? choices[_next++]
        : throw new InvalidOperationException($"The scenario is not the same twice: after {_next} steps the choice that was made cannot be made again.");
}
