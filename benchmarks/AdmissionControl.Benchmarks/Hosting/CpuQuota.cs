using System.Globalization;

namespace AdmissionControl.Benchmarks.Hosting;

/// <summary>
/// A share of processor time as a container gets it: a control group of Linux, of either version, which is removed in the end.
/// </summary>
internal sealed class CpuQuota : IDisposable
{
    private const int PeriodMicroseconds = 100_000;

    private readonly string _folder;

    private CpuQuota(string folder) => _folder = folder;

    /// <summary>
    /// The beginning of a command that runs the rest of it under the quota. The process is moved before its runtime starts, which looks
    /// at the quota once.
    /// </summary>
    public IEnumerable<string> Prefix => ["/bin/sh", "-c", $"echo $$ > {_folder}/cgroup.procs && exec \"$@\"", "sh"];

    /// <summary>A group with so many cores; null when this system lets us make none.</summary>
    public static CpuQuota? TryCreate(double cores)
    {
        string quota = (cores * PeriodMicroseconds).ToString("F0", CultureInfo.InvariantCulture);
        (string Root, string File, string Text)[] versions =
        [
            ("/sys/fs/cgroup", "cpu.max", $"{quota} {PeriodMicroseconds}"),
            ("/sys/fs/cgroup/cpu", "cpu.cfs_quota_us", quota),
        ];
        return versions.Select(v => TryCreate(v.Root, v.File, v.Text)).FirstOrDefault(q => q is not null);
    }

    public void Dispose() => Directory.Delete(_folder);

    private static CpuQuota? TryCreate(string root, string file, string text)
    {
        if (!File.Exists(Path.Combine(root, "cgroup.procs")))
        {
            return null;
        }

        var quota = new CpuQuota(Path.Combine(root, $"admission-control-{Environment.ProcessId}"));
        try
        {
            Directory.CreateDirectory(quota._folder);
            File.WriteAllText(Path.Combine(quota._folder, file), text);
            return quota;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(quota._folder))
            {
                quota.Dispose();
            }

            return null;
        }
    }
}
