namespace AdmissionControl.Concurrency;

/// <summary>
/// A rule that moves a concurrency limit: a value that holds its options and its state, and a pure function from one window of measurements to
/// the next such value. No clock, no lock, no input or output.
/// </summary>
/// <remarks>
/// Implementations are immutable, so that one instance may be shared as the starting point of any number of gates, and any step can be repeated
/// in a test with nothing but a window. <see cref="After"/> is called by one thread at a time for each gate, and not on the way of a request, a few times
/// a second.
/// </remarks>
public interface ILimitAlgorithm
{
    /// <summary>The limit in force, in permits, at least 1. It may have a fraction, so that slow growth is not lost to rounding; a gate uses the whole part.</summary>
    double Limit { get; }

    /// <summary>The largest limit that the rule can ever return, in permits.</summary>
    int MaxLimit { get; }

    /// <summary>
    /// How long the window that begins now is to be; null, the default, for what the policy's options say (<see cref="Policies.ConcurrencyOptions.WindowDuration"/> and
    /// <see cref="Policies.ConcurrencyOptions.WindowSamples"/>). Asked after each step. Values out of range are moved into it; if it throws, the rule before stays in force.
    /// </summary>
    LimitWindowSize? NextWindow => null;

    /// <summary>The rule after one more window of measurements. If it throws, or its limit is not a number, the rule in force stays.</summary>
    /// <param name="window">
    /// What was measured since the last call. At least one request has ended in it, unless the rule bounds its windows (<see cref="LimitWindowSize.MaxDuration"/>, <see cref="LimitWindowSize.MaxInFlight"/>), but <see cref="LimitWindow.Samples"/> is 0 when all of them were ignored: then nothing was
    /// learnt about latency or failures, and a rule that has nothing else to go by keeps its limit and its memory.
    /// </param>
    ILimitAlgorithm After(in LimitWindow window);
}
