namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>The latencies of a window, for its exact quantiles. Sketches stand in the originals: histograms of two digits, t-digests.</summary>
internal sealed class LatencySamples
{
    private long[] _latencies = new long[256];

    public int Count { get; private set; }

    public void Add(long latency)
    {
        if (Count == _latencies.Length)
        {
            Array.Resize(ref _latencies, Count * 2);
        }

        _latencies[Count++] = latency;
    }

    /// <summary>The least latency that at least this share of the samples does not exceed. There must be a sample.</summary>
    public long Quantile(double share)
    {
        Array.Sort(_latencies, 0, Count);
        return _latencies[Math.Max(0, (int)Math.Ceiling(share * Count) - 1)];
    }

    public void Clear() => Count = 0;
}
