using System.Globalization;
using System.Text;

namespace AdmissionControl.Benchmarks.Hosting;

/// <summary>
/// The verb <c>host-witness</c>: what the shipped witness says of a pool under real work, in a server, under a quota; and what it costs.
/// </summary>
internal static class HostWitnessMeasurement
{
    private const double SecondsEach = 6;
    private const double SecondsIdle = 8;
    private const double WorkSecondsOfCpu = 0.005;
    private const double BlockingPerCore = 100;

    private static readonly double[] Loads = [0.3, 0.7, 0.95, 1.5, 3];
    private static readonly double[] FewLoads = [0.7, 0.95, 1.5];
    private static readonly double[] Quotas = [0.5, 1, 1.5];

    private static readonly int Cores = Environment.ProcessorCount;
    private static readonly double CpuBoundPerSecond = Cores / WorkSecondsOfCpu;

    public static async Task RunAsync()
    {
        string units = await LoadedHost.RunAsync(quota: null, "calibrate");
        StringBuilder report = new StringBuilder()
            .AppendLine("# The host's witness under real work").AppendLine()
            .Append("`dotnet run -c Release --project benchmarks/AdmissionControl.Benchmarks -- host-witness`: the shipped witness in a ")
            .Append("process that works at a multiple of its capacity. Each row is a new process, ")
            .Append(CultureInfo.InvariantCulture, $"for {SecondsEach:F0} s; Poisson arrivals, default pool, server garbage collector. ")
            .Append("Work is a number of loop iterations, counted once against the processor time that they take; capacity is that of cores ")
            .Append("that do nothing else, so whatever else the machine does adds to the load. ")
            .Append(BusyBefore())
            .AppendLine(Machine.Line).AppendLine()
            .Append("Items: the delays of the witness's work items, and how many were posted. Readings: `Delay`, looked at every 50 ms. ")
            .AppendLine("Both in ms. Threads: the most that the pool had. Done: requests completed in a second.");

        const string CpuBound = "CPU-bound: 5 ms of a core, posted to the pool from outside";
        const string Awaiting = "Awaiting: 2.5 ms of a core, 20 ms `await`, 2.5 ms of a core";
        string blocking = $"Blocking 20 ms; load 1 is {BlockingPerCore:F0} a second for each core";
        await WriteAsync(report, CpuBound, CpuBoundPerSecond, Loads, quota: null, "pool", "Cpu", units);
        await WriteAsync(report, Awaiting, CpuBoundPerSecond, Loads, quota: null, "pool", "Awaiting", units);
        await WriteAsync(report, blocking, Cores * BlockingPerCore, Loads, quota: null, "pool", "Blocking", units);
        report.AppendLine()
            .Append("The client of a Kestrel server, with at most 1,000 requests out, is a process on the same cores; ")
            .AppendLine("its own work adds to the load.");
        await WriteAsync(report, "Kestrel, CPU-bound handlers", CpuBoundPerSecond, FewLoads, quota: null, "kestrel", "Cpu", units);
        await WriteAsync(report, "Kestrel, awaiting handlers", CpuBoundPerSecond, Loads, quota: null, "kestrel", "Awaiting", units);
        foreach (double cores in Quotas)
        {
            using CpuQuota? quota = CpuQuota.TryCreate(cores);
            string title = string.Create(CultureInfo.InvariantCulture, $"CPU-bound under a quota of {cores} of {Cores} cores");
            if (quota is null)
            {
                report.AppendLine().AppendLine(title + ": not measured, this system lets us make no control group.");
                continue;
            }

            await WriteAsync(report, title, cores / WorkSecondsOfCpu, FewLoads, quota, "pool", "Cpu", units);
        }

        await WriteCostAsync(report);
        Console.WriteLine(report);
        File.WriteAllText(Path.Combine(ResultsFolder.Path, "host-witness.md"), report.ToString());
    }

    private static async Task WriteAsync(
        StringBuilder report, string title, double capacity, double[] loads, CpuQuota? quota, string role, string kind, string units)
    {
        report.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine()
            .AppendLine("| load | items, median / p90 | items | readings, median / p90 / highest | threads | done |")
            .AppendLine("|--:|--:|--:|--:|--:|--:|");
        foreach (double load in loads)
        {
            string cells = await LoadedHost.RunAsync(quota, role, kind, load * capacity, SecondsEach, units);
            report.AppendLine(CultureInfo.InvariantCulture, $"| {load} | {cells}");
            Console.WriteLine($"{title}: {load} | {cells}");
        }
    }

    /// <summary>What the machine had to do before the measurement, where the system tells.</summary>
    private static string BusyBefore()
    {
        const string LoadAverage = "/proc/loadavg";
        return File.Exists(LoadAverage) ? $"Load average of the machine before: {File.ReadAllText(LoadAverage).Split(' ')[0]}. " : "";
    }

    private static async Task WriteCostAsync(StringBuilder report)
    {
        // Both at once, so that whatever else the machine does falls on both.
        string[] idle = await Task.WhenAll(
            LoadedHost.RunAsync(quota: null, "idle", false, SecondsIdle), LoadedHost.RunAsync(quota: null, "idle", true, SecondsIdle));
        double[] shares = [.. idle.Select(microseconds => double.Parse(microseconds, CultureInfo.InvariantCulture) / 1e6 / SecondsIdle)];
        report.AppendLine().AppendLine("## What it costs").AppendLine()
            .Append(CultureInfo.InvariantCulture, $"Processor time of an idle process over {SecondsIdle:F0} s, as a share of one core: ")
            .AppendLine(CultureInfo.InvariantCulture, $"{shares[0]:P3} without the witness, {shares[1]:P3} with it.");
    }
}
