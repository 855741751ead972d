using System.Runtime.InteropServices;
using BenchmarkDotNet.Environments;

namespace AdmissionControl.Benchmarks;

/// <summary>The machine, in the words of the other reports.</summary>
internal static class Machine
{
    public static string Line { get; } =
        $"{string.Join("; ", HostEnvironmentInfo.GetCurrent().ToFormattedString().Skip(1).Take(1))}; {Environment.ProcessorCount} logical cores, {RuntimeInformation.FrameworkDescription}.";
}
