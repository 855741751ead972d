using AdmissionControl.Concurrency;

namespace AdmissionControl.Tests.Concurrency;

/// <summary>A rule that keeps the windows that it was shown. Not pure on purpose.</summary>
internal sealed record RecordingLimit : ILimitAlgorithm
{
    public List<LimitWindow> Seen { get; } = [];

    public double Limit { get; init; } = 5;

    /// <summary>The limit after the first window; the same when null.</summary>
    public double? Next { get; init; }

    public int MaxLimit { get; init; } = 1000;

    public LimitWindowSize? NextWindow { get; init; }

    /// <summary>What it asks for after each window; nothing new when there is no more.</summary>
    public Queue<LimitWindowSize?> Sizes { get; init; } = [];

    public ILimitAlgorithm After(in LimitWindow window)
    {
        Seen.Add(window);
        return this with { Limit = Next ?? Limit, NextWindow = Sizes.TryDequeue(out LimitWindowSize? size) ? size : NextWindow };
    }
}
