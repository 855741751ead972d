using System.Globalization;
using System.Text;

namespace AdmissionControl.Benchmarks.KeyedBuckets;

/// <summary>The verb <c>keyed-flood</c>: what a flood of strangers costs a thousand clients, at full size.</summary>
internal static class FloodMeasurement
{
    private const long MemoryBytes = 1 << 20;
    private const int Seeds = 3;

    public static void Run()
    {
        var report = new StringBuilder()
            .AppendLine("# A flood of keys against the clients of one table").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"`dotnet run -c Release --project benchmarks/AdmissionControl.Benchmarks -- keyed-flood`: 1,000 clients at 80% of their rate (10/s, burst 10), strangers between their requests, in virtual time, through the shipped table. {Machine.Line}").AppendLine()
            .AppendLine("| strangers | seed | entries | strangers' keys | client requests | lost | worst client | live evictions |")
            .AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (FloodKind kind in Enum.GetValues<FloodKind>())
        {
            for (int seed = 1; seed <= Seeds; seed++)
            {
                FloodReport r = Flood.Run(kind, MemoryBytes, seed);
                report.AppendLine(CultureInfo.InvariantCulture, $"| {kind} | {seed} | {r.Entries:N0} | {r.Strangers:N0} | {r.ClientRequests:N0} | {r.LostShare:P3} | {r.WorstClientLostShare:P2} | {r.LiveEvictions:N0} |");
            }
        }

        Console.WriteLine(report);
        File.WriteAllText(Path.Combine(ResultsFolder.Path, "keyed-flood.md"), report.ToString());
    }
}
