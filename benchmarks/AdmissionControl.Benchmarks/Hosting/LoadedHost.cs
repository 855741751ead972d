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
        using Process process = Start(quota?.Prefix ?? [], arguments);
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"The role {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    /// <summary>The role at work, with its standard input and output at hand.</summary>
    /// <param name="prefix">A command that runs the one behind it in its own way; empty for none.</param>
    /// <param name="arguments">The role and its arguments.</param>
    public static Process Start(IEnumerable<string> prefix, params object[] arguments)
    {
        IEnumerable<string> role = arguments.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture)!);
        string dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        string[] command = [.. prefix, dotnet, Program, .. role];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }
}
