namespace AdmissionControl.InterleavingTests.Scheduling;

/// <summary>
/// Calls that threads made, and whether a sequential model explains them: some order that respects what ended before what began gives every call
/// its result.
/// </summary>
/// <remarks>
/// Source: M. Herlihy and J. Wing, "Linearizability" (1990). The search tries all orders, which a handful of calls allows. Not thread-safe: under a
/// scheduler one thread runs at a time.
/// </remarks>
/// <param name="initial">The model's state before all calls; immutable.</param>
internal sealed class History<TState>(TState initial)
    where TState : class
{
    private readonly List<Call> _calls = [];
    private int _time;

    /// <summary>Makes a call and remembers it.</summary>
    /// <param name="name">How it is printed.</param>
    /// <param name="call">The call.</param>
    /// <param name="model">The state after a call with this result in this state; null when the result is wrong there.</param>
    public TResult Record<TResult>(string name, Func<TResult> call, Func<TState, TResult, TState?> model)
    {
        // Of its own, so that a call begins no earlier than its thread's turn.
        Scheduler.Step();
        Scheduler.Tell($"calls {name}");
        int begun = _time++;
        TResult result = call();
        Scheduler.Tell($"{name} is {result}");
        _calls.Add(new(name, result, begun, _time++, state => model(state, result)));
        return result;
    }

    /// <summary>The same for a call without a result.</summary>
    public void Record(string name, Action call, Func<TState, TState?> model) =>
        Record(name, () => { call(); return "done"; }, (state, _) => model(state));

    /// <summary>Throws when no order explains the calls and what there is at the end.</summary>
    /// <param name="isEnd">Whether the model's state agrees with what there is at the end.</param>
    public void MustBeExplained(Func<TState, bool> isEnd) => Must.Hold(
        IsExplained(initial, [], isEnd),
        $"No order of the calls explains their results and the end: {string.Join(", ", _calls.Select(c => $"{c.Name} is {c.Result}"))}.");

    private bool IsExplained(TState state, List<Call> taken, Func<TState, bool> isEnd)
    {
        if (taken.Count == _calls.Count)
        {
            return isEnd(state);
        }

        foreach (Call call in _calls.Except(taken))
        {
            bool mayComeNext = _calls.Except(taken).All(other => other.Ended >= call.Begun);
            if (mayComeNext && call.Apply(state) is { } next && IsExplained(next, [.. taken, call], isEnd))
            {
                return true;
            }
        }

        return false;
    }

    private sealed record Call(string Name, object? Result, int Begun, int Ended, Func<TState, TState?> Apply);
}
