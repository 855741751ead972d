using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.RateLimiting;
using AdmissionControl.KeyedBuckets;

namespace AdmissionControl.Benchmarks.KeyedBuckets;

/// <summary>The verb <c>keyed-memory</c>: bytes of heap for each key that has taken one permit.</summary>
internal static class MemoryMeasurement
{
    private const int Repeats = 3;

    public static void Run()
    {
        var report = new StringBuilder()
            .AppendLine("# Memory for each live key").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"`dotnet run -c Release --project benchmarks/AdmissionControl.Benchmarks -- keyed-memory`: growth of the heap after a full collection, over the number of keys that have each taken one permit, the median of three. Our table is given 16 bytes a key, so that half of it is free. {Machine.Line}").AppendLine()
            .AppendLine("| keys | platform, bytes a key | KeyedTokenBuckets, bytes a key | live keys forgotten |")
            .AppendLine("|--:|--:|--:|--:|");
        foreach (int keys in (int[])[1 << 10, 1 << 17, 1 << 20])
        {
            double platformBytes = Measure(keys, () => FillPlatform(keys), limiter => limiter.Dispose());
            long forgotten = 0;
            double ourBytes = Measure(keys, () => Fill(keys), buckets => forgotten = buckets.LiveEvictions);
            report.AppendLine(CultureInfo.InvariantCulture, $"| {keys:N0} | {platformBytes:F1} | {ourBytes:F1} | {forgotten:N0} |");
        }

        Console.WriteLine(report);
        File.WriteAllText(Path.Combine(ResultsFolder.Path, "keyed-memory.md"), report.ToString());
    }

    /// <summary>The median of a few.</summary>
    private static double Measure<T>(int keys, Func<T> fill, Action<T> end) =>
        Enumerable.Range(0, Repeats).Select(_ => MeasureOnce(keys, fill, end)).Order().ElementAt(Repeats / 2);

    // A method of its own, so that nothing of the last measurement is alive when the next begins.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double MeasureOnce<T>(int keys, Func<T> fill, Action<T> end)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        T limiter = fill();
        long after = GC.GetTotalMemory(forceFullCollection: true);
        end(limiter);
        return (double)(after - before) / keys;
    }

    private static PartitionedRateLimiter<long> FillPlatform(int keys)
    {
        PartitionedRateLimiter<long> limiter = KeyedBucketsBenchmarks.CreatePlatform();
        for (long key = 0; key < keys; key++)
        {
            limiter.AttemptAcquire(key);
        }

        return limiter;
    }

    private static KeyedTokenBuckets<long> Fill(int keys)
    {
        var buckets = new KeyedTokenBuckets<long>(1.0 / 3600, 1000, 16L * keys);
        for (long key = 0; key < keys; key++)
        {
            buckets.TryTake(key);
        }

        return buckets;
    }
}
