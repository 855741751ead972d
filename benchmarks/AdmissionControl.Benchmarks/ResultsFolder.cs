using System.Runtime.CompilerServices;

namespace AdmissionControl.Benchmarks;

/// <summary>Where committed reports live: benchmarks/results of the checkout that this program was built from.</summary>
internal static class ResultsFolder
{
    public static string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(SourceFolder(), "..", "results"));

    private static string SourceFolder([CallerFilePath] string file = "") => System.IO.Path.GetDirectoryName(file)!;
}
