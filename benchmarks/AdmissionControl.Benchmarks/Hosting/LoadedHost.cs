using System.Diagnostics;
using System.Globalization;

namespace AdmissionControl.Benchmarks.Hosting;

/// <summary>
/// Runs a role of the program AdmissionControl.LoadedHost, which is built with this one, in a process of its own: each has a fresh pool.
/// </summary>
internal static class LoadedHost
{
    private const string Name = "AdmissionControl.LoadedHost";

    // Beside this project, built for the same configuration and framework.
    private static readonly string Program = Path.GetFullPath(Path.Combine(
        ResultsFolder.Path,
        "..",
        Name,
        "bin",
        Path.GetRelativePath(Path.Combine(AppContext.BaseDirectory, "..", ".."), AppContext.BaseDirectory),
        $"{Name}.dll"));

    /// <summary>What the role prints.</summary>
    /// <param name="quota">The quota that it runs under; none when null.</param>
    /// <param name="arguments">The role and its arguments.</param>
    public static async Task<string> RunAsync(CpuQuota? quota, params object[] arguments)
    {
        IEnumerable<string> role = arguments.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture)!);
        string dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        string[] command = [.. quota?.Prefix ?? [], dotnet, Program, .. role];
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}.");
    }
}
