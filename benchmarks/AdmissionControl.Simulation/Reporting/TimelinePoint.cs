using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Measuring;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>A few slices of a run together, so that a line is not all noise.</summary>
/// <param name="Seconds">The middle of it.</param>
/// <param name="Limit">The limit at its end; NaN when nobody came.</param>
/// <param name="InFlight">The most in flight.</param>
/// <param name="Goodput">Good answers a second.</param>
/// <param name="Latency">The mean latency of the answered, seconds; NaN when nobody was.</param>
internal readonly record struct TimelinePoint(double Seconds, double Limit, int InFlight, double Goodput, double Latency)
{
    public static TimelinePoint[] Of(Recorder recorder, int most)
    {
        int together = (int)Math.Ceiling((double)recorder.Series.Length / most);

        // The run's last slice is cut short, and would seem to be a drop; so is a group of fewer.
        IEnumerable<Slice[]> groups = recorder.Series.SkipLast(1).Chunk(together).Where(slices => slices.Length == together);
        return [.. groups.Select((slices, index) => Of(slices, index, recorder.SliceSeconds))];
    }

    private static TimelinePoint Of(Slice[] slices, int index, double sliceSeconds)
    {
        double length = slices.Length * sliceSeconds;
        long answered = slices.Sum(slice => slice.Answered);
        Slice last = slices.LastOrDefault(slice => slice.Offered > 0);
        return new TimelinePoint(
            (index + 0.5) * length,
            last.Offered > 0 ? last.Limit : double.NaN,
            slices.Max(slice => slice.InFlight),
            slices.Sum(slice => slice.Good) / length,
            answered > 0 ? (double)slices.Sum(slice => slice.Latency) / answered / VirtualTime.Second : double.NaN);
    }
}
