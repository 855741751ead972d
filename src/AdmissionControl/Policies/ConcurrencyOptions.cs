namespace AdmissionControl.Policies;

/// <summary>The limit of what is in flight at once, and the rule by which it moves.</summary>
/// <remarks>A change of any value restarts the rule from its initial limit; <see cref="WindowDuration"/>, <see cref="WindowSamples"/> and
/// <see cref="LatencySamplesPerSecond"/> need a restart.</remarks>
public sealed class ConcurrencyOptions
{
    /// <summary>The rule. Default <see cref="ConcurrencyAlgorithm.Adaptive"/>. A change needs a restart.</summary>
    public ConcurrencyAlgorithm Algorithm { get; set; }

    /// <summary>The limit of <see cref="ConcurrencyAlgorithm.Fixed"/>, at least 1; required there, not allowed elsewhere. Reloadable.</summary>
    public int? Limit { get; set; }

    /// <summary>
    /// The latency after which an answer is worth little, as its client sees it: what <see cref="ConcurrencyAlgorithm.Adaptive"/> aims for, and not allowed elsewhere. It says how long a
    /// burst may wait. From 1 ms to 1 hour. Default: eight times the latency of a request that waits for nobody, as measured. Reloadable.
    /// </summary>
    public TimeSpan? Objective { get; set; }

    /// <summary>The smallest limit of an adaptive rule, at least 1. Default: the rule's own (Adaptive and Vegas 1, the others 20). Reloadable.</summary>
    public int? Min { get; set; }

    /// <summary>The limit before the first window, from <see cref="Min"/> to <see cref="Max"/>. Default 20, moved into that range. Reloadable.</summary>
    public int? Initial { get; set; }

    /// <summary>The largest limit of an adaptive rule. Default: the rule's own (Adaptive 10000, Vegas 1000, the others 200). Reloadable.</summary>
    public int? Max { get; set; }

    /// <summary>
    /// The shortest time over which latency is averaged before the limit moves: from 10 ms to 1 minute; default 1 s. <see cref="ConcurrencyAlgorithm.Adaptive"/> sizes its windows itself.
    /// </summary>
    public TimeSpan WindowDuration { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The fewest completed requests of such a window: from 1 to 100000; default 10. Not used by <see cref="ConcurrencyAlgorithm.Adaptive"/> either.</summary>
    public int WindowSamples { get; set; } = 10;

    /// <summary>
    /// Requests a second whose latency is measured: above this rate only a share of them is, since reading the precise clock twice can cost as much as the rest of
    /// an admission. Every completion is counted all the same. From 100 to 2147483647; default 1000. A change needs a restart.
    /// </summary>
    public int LatencySamplesPerSecond { get; set; } = 1000;
}
