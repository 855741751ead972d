using AdmissionControl.Hosting;

namespace AdmissionControl.LoadedHost;

/// <summary>The processor time of a process that does nothing.</summary>
internal static class IdleCost
{
    // Until the loop has been compiled for good.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    public static TimeSpan Measure(bool hasWitness, TimeSpan duration)
    {
        using var never = new ManualResetEvent(false);
        using HostWitness? witness = hasWitness ? HostWitness.Join() : null;
        never.WaitOne(Settling);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        never.WaitOne(duration);
        return Environment.CpuUsage.TotalTime - before;
    }
}
