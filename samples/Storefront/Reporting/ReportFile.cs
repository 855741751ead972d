using System.Text.Json;

namespace Storefront.Reporting;

/// <summary>The report as a file.</summary>
internal static class ReportFile
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(RunReport report, string path) => File.WriteAllText(path, JsonSerializer.Serialize(report, Indented) + "\n");
}
