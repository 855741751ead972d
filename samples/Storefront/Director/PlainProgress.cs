using Storefront.Wire;

namespace Storefront.Director;

/// <summary>A line now and then, for a terminal that cannot redraw.</summary>
internal sealed class PlainProgress(TextWriter output)
{
    /// <summary>Samples come twice a second: a line every five seconds, and one at each turn.</summary>
    private const int SamplesPerLine = 10;

    private string _last = "";
    private int _since;

    public void Show(Sample sample)
    {
        string now = $"{sample.Arm} control, {sample.Phase}";
        _since++;
        if (now == _last && _since < SamplesPerLine)
        {
            return;
        }

        (_last, _since) = (now, 0);
        output.WriteLine($"{sample.At,5:0} s  {now,-28} {Describe(sample)}");
    }

    public static string Describe(Sample sample)
    {
        ClassFigures total = sample.Crowd.Total;
        double perSecond = 1 / sample.Crowd.Seconds;
        return $"offered {(total.Offered + total.Retries) * perSecond,5:0}/s  served {total.Served * perSecond,5:0}/s  p99 {total.P99Ms,6:0} ms  "
            + $"refused {total.Refused * perSecond,5:0}/s  gave up {total.GaveUp * perSecond,5:0}/s  ping p99 {sample.Pings.P99Ms,5:0} ms  "
            + $"{(sample.InRotation ? "in rotation" : "OUT OF ROTATION")}  SOP {(sample.Sop is { Dark: true } ? "DARK" : $"{sample.SopServedPerSecond:0}/s")}";
    }
}
