namespace AdmissionControl.Benchmarks.Overload;

/// <summary>The levels of load, one after the other without a pause. Immutable.</summary>
internal sealed class StepPlan
{
    /// <param name="loads">In multiples of the server's capacity.</param>
    /// <param name="settling">The first part of each step, which is reported apart.</param>
    /// <param name="measured">The rest of each step.</param>
    public StepPlan(IEnumerable<double> loads, TimeSpan settling, TimeSpan measured)
    {
        TimeSpan length = settling + measured;
        Steps = [.. loads.Select((load, i) => new Step(load, i * length, (i * length) + settling, (i + 1) * length))];
    }

    public IReadOnlyList<Step> Steps { get; }

    public TimeSpan Duration => Steps[^1].End;
}
