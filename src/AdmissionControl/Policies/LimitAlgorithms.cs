using AdmissionControl.Concurrency;

namespace AdmissionControl.Policies;

/// <summary>Makes the rule that options describe. The options are valid.</summary>
internal static class LimitAlgorithms
{
    private const int DefaultInitial = 20;

    public static ILimitAlgorithm Create(ConcurrencyOptions options) => options.Algorithm switch
    {
        ConcurrencyAlgorithm.Fixed => new FixedLimit(options.Limit!.Value),
        ConcurrencyAlgorithm.Aimd => new AimdLimit(Range(options)),
        ConcurrencyAlgorithm.Vegas => new VegasLimit(Range(options)),
        ConcurrencyAlgorithm.Gradient => new GradientLimit(Range(options)),
        _ => new KneeLimit(Range(options), options.Objective),
    };

    /// <summary>The bounds in force: those given, else the rule's own.</summary>
    public static (int Min, int Max) Bounds(ConcurrencyOptions options)
    {
        (int leastByDefault, int mostByDefault) = options.Algorithm switch
        {
            ConcurrencyAlgorithm.Adaptive => (1, 10_000),
            ConcurrencyAlgorithm.Vegas => (1, 1000),
            _ => (20, 200),
        };
        int max = options.Max ?? Math.Max(mostByDefault, options.Min ?? 1);
        return (options.Min ?? Math.Clamp(leastByDefault, 1, Math.Max(1, max)), max);
    }

    private static LimitRange Range(ConcurrencyOptions options)
    {
        (int min, int max) = Bounds(options);
        return new LimitRange(options.Initial ?? Math.Clamp(DefaultInitial, min, max), min, max);
    }
}
