using ScottPlot;

namespace AdmissionControl.Simulation.Reporting;

/// <summary>Colours that differ for those who see few of them, too.</summary>
internal static class Palette
{
    private static readonly string[] Arms = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7f4fc9", "#8c564b"];

    private static readonly string[] PlainFonts = ["Inter", "Segoe UI", "Helvetica Neue", "DejaVu Sans", "Liberation Sans"];

    /// <summary>As many lines as can be told apart.</summary>
    public static int ArmCount => Arms.Length;

    /// <summary>The first that the machine has of a few plain ones.</summary>
    public static string Font { get; } = PlainFonts.FirstOrDefault(SkiaSharp.SKFontManager.Default.FontFamilies.Contains) ?? Fonts.Default;

    public static Color Axis { get; } = Color.FromHex("#343a40");

    public static Color Arm(int index) => Color.FromHex(Arms[index % Arms.Length]);

    /// <summary>Of a share of the oracle's goodput: green from the goal of 97% on, then through yellow to red.</summary>
    public static Color Share(double share) => share switch
    {
        double.NaN => Color.FromHex("#e9ecef"),
        >= 0.97 => Color.FromHex("#8ccf9a"),
        >= 0.95 => Color.FromHex("#d3e8a8"),
        >= 0.90 => Color.FromHex("#fbeaa0"),
        >= 0.75 => Color.FromHex("#fbc98b"),
        >= 0.50 => Color.FromHex("#f29b80"),
        _ => Color.FromHex("#dd6b66"),
    };
}
