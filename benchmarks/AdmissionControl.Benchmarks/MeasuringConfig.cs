using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using Perfolizer.Horology;

namespace AdmissionControl.Benchmarks;

/// <summary>
/// How everything here is measured: three launches of the process, because where the runtime puts code and data differs from launch to launch; the median, because the machine is shared; and
/// the interval, so that a reader can judge a ratio.
/// </summary>
internal sealed class MeasuringConfig : ManualConfig
{
    public MeasuringConfig(bool isQuick)
    {
        AddJob(Job.Default
            .WithLaunchCount(isQuick ? 1 : 3)
            .WithWarmupCount(isQuick ? 3 : 5)
            .WithIterationCount(isQuick ? 5 : 10)
            .WithIterationTime(TimeInterval.FromMilliseconds(100)));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddColumn(StatisticColumn.Median, new MedianRatioColumn());
        HideColumns(Column.Ratio, Column.RatioSD, Column.Mean, Column.StdDev, Column.AllocRatio, Column.Gen0);
        AddLogger(ConsoleLogger.Default);
        AddExporter(BenchmarkDotNet.Exporters.MarkdownExporter.GitHub);
        WithOptions(ConfigOptions.DisableLogFile);
        WithArtifactsPath(Path.Combine(Path.GetTempPath(), "admission-control-benchmarks"));
    }
}
