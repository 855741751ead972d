using System.Globalization;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>How figures are written for people, in the terminal and in reports.</summary>
internal static class Figures
{
    /// <summary>A share as percent: mean ± half of the 95% interval [smallest..largest].</summary>
    public static string Percent(Summary share) => double.IsNaN(share.Mean)
        ? "-"
        : $"{Percent(share.Mean)} ±{Percent(share.HalfWidth)} [{Percent(share.Min)}..{Percent(share.Max)}]";

    /// <summary>A share as percent: mean ± half of the 95% interval.</summary>
    public static string Gap(Summary share) => $"{Percent(share.Mean)} ±{Percent(share.HalfWidth)}";

    public static string Percent(double share) => double.IsNaN(share) ? "-" : Fixed(100 * share, "0.0");

    public static string Milliseconds(Summary seconds) => double.IsNaN(seconds.Mean) ? "-" : Fixed(1000 * seconds.Mean, "0");

    /// <summary>Mean seconds, and of how many seeds it never came to that.</summary>
    public static string Seconds(Summary seconds)
    {
        string mean = double.IsNaN(seconds.Mean) ? "" : Fixed(seconds.Mean, "0.0");
        return seconds.Missing switch
        {
            0 => mean,
            _ when mean.Length == 0 => "never",
            int missing => $"{mean} ({missing} never)",
        };
    }

    /// <summary>A limit: mean [smallest..largest].</summary>
    public static string Limit(Summary limit) => $"{Fixed(limit.Mean, "0")} [{Fixed(limit.Min, "0")}..{Fixed(limit.Max, "0")}]";

    public static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Fixed(double figure, string format) => figure.ToString(format, CultureInfo.InvariantCulture);
}
