namespace AdmissionControl.Simulation.Triage.Measuring;

/// <summary>How long until nearly everybody is answered in time again.</summary>
internal static class Recovery
{
    /// <summary>The share of requests that makes a good second.</summary>
    public const double Needed = 0.97;

    private const int SlicesASecond = (int)(1 / TriageRecorder.SliceSeconds);
    private const int HeldSeconds = 5;

    /// <summary>Seconds from a moment until the first of five good seconds in a row; NaN when there is none before the end.</summary>
    /// <param name="series">By stream.</param>
    /// <param name="from">The moment, seconds.</param>
    /// <param name="to">The end, seconds.</param>
    public static double Time(TriageSlice[][] series, double from, double to)
    {
        int first = (int)Math.Round(from / TriageRecorder.SliceSeconds);
        int end = (int)Math.Round(to / TriageRecorder.SliceSeconds);
        for (int start = first; start + (HeldSeconds * SlicesASecond) <= end; start++)
        {
            if (Enumerable.Range(0, HeldSeconds).All(second => IsGood(series, start + (second * SlicesASecond))))
            {
                return (start - first) * TriageRecorder.SliceSeconds;
            }
        }

        return double.NaN;
    }

    private static bool IsGood(TriageSlice[][] series, int start)
    {
        int offered = 0;
        int good = 0;
        foreach (TriageSlice[] stream in series)
        {
            foreach (TriageSlice slice in stream.AsSpan(start, SlicesASecond))
            {
                offered += slice.Offered;
                good += slice.Good;
            }
        }

        return good >= Needed * offered;
    }
}
