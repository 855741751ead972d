using HdrHistogram;

namespace Storefront.Measuring;

/// <summary>A histogram of durations, 10 µs fine at the low end, three digits beyond, up to a minute. Not safe for concurrent use.</summary>
internal sealed class Latencies
{
    private const double MicrosecondsPerUnit = 10;
    private const long HighestUnit = 6_000_000;

    private readonly LongHistogram _histogram = new(HighestUnit, 3);

    public long Count => _histogram.TotalCount;

    public double MaxMs => Count == 0 ? 0 : Milliseconds(_histogram.GetMaxValue());

    public void Record(TimeSpan duration) =>
        _histogram.RecordValue(Math.Clamp((long)(duration.TotalMicroseconds / MicrosecondsPerUnit), 0, HighestUnit));

    /// <summary>In milliseconds; 0 when nothing was recorded.</summary>
    public double PercentileMs(double percentile) => Count == 0 ? 0 : Milliseconds(_histogram.GetValueAtPercentile(percentile));

    public void Reset() => _histogram.Reset();

    private static double Milliseconds(long units) => Math.Round(units * MicrosecondsPerUnit / 1000, 2);
}
