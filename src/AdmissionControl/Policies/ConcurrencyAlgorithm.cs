namespace AdmissionControl.Policies;

/// <summary>The rules by which a concurrency limit can move.</summary>
public enum ConcurrencyAlgorithm
{
    /// <summary>The recommended adaptive rule: <see cref="Concurrency.KneeLimit"/>.</summary>
    Adaptive = 0,

    /// <summary>A limit that does not move: <see cref="Concurrency.FixedLimit"/>.</summary>
    Fixed = 1,

    /// <summary><see cref="Concurrency.AimdLimit"/>.</summary>
    Aimd = 2,

    /// <summary><see cref="Concurrency.VegasLimit"/>.</summary>
    Vegas = 3,

    /// <summary><see cref="Concurrency.GradientLimit"/>.</summary>
    Gradient = 4,
}
