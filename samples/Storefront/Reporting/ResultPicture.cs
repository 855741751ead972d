using Storefront.Director;

namespace Storefront.Reporting;

/// <summary>The result as a picture for the README.</summary>
internal static class ResultPicture
{
    public static void Draw(RunReport report, IReadOnlyList<Sample> samples, string path)
    {
        _ = report;
        _ = samples;
        _ = path;
    }
}
