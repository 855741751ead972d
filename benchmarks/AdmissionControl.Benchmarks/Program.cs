using AdmissionControl.Benchmarks;
using AdmissionControl.Benchmarks.Hosting;
using AdmissionControl.Benchmarks.KeyedBuckets;
using AdmissionControl.Benchmarks.Overload;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

// Usage: dotnet run -c Release --project benchmarks/AdmissionControl.Benchmarks -- --filter '*TokenBucket*' [--quick]
// Or a measurement that is not one of times: keyed-flood, keyed-memory, host-witness, kestrel-overload [--quick] [--inline] [--server-cores LIST].
// Without --quick every report is written to benchmarks/results, one file a class.
switch (args)
{
    case ["host-witness"]:
        await HostWitnessMeasurement.RunAsync();
        return 0;
    case ["kestrel-overload", .. string[] options]:
        return await OverloadMeasurement.RunAsync(options);
    case ["keyed-flood"]:
        FloodMeasurement.Run();
        return 0;
    case ["keyed-memory"]:
        MemoryMeasurement.Run();
        return 0;
}

bool isQuick = args.Contains("--quick");
IEnumerable<Summary> summaries = BenchmarkSwitcher
    .FromAssembly(typeof(MeasuringConfig).Assembly)
    .Run([.. args.Where(a => a != "--quick")], new MeasuringConfig(isQuick));
foreach (Summary summary in isQuick ? [] : summaries)
{
    string report = MarkdownExporter.GitHub.ExportToFiles(summary, NullLogger.Instance).Single();
    string name = summary.BenchmarksCases[0].Descriptor.Type.Name;
    File.Copy(report, Path.Combine(ResultsFolder.Path, $"{name}.md"), overwrite: true);
}

return summaries.All(s => !s.HasCriticalValidationErrors && s.Reports.All(r => r.Success)) ? 0 : 1;
