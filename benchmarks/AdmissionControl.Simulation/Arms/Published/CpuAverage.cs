using AdmissionControl.Simulation.Engine;
using AdmissionControl.Simulation.Plants;

namespace AdmissionControl.Simulation.Arms.Published;

/// <summary>The use of the host's cores as kratos sees it, per mille: an average that takes 5% of what it reads every half second.</summary>
/// <remarks>Source: go-kratos/aegis, <c>ratelimit/bbr/bbr.go</c>, <c>cpuproc</c>, whole numbers as there. A client's own cores idle.</remarks>
internal sealed class CpuAverage
{
    private const double Decay = 0.95;
    private const int Full = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private double _busySeconds;

    public CpuAverage(VirtualTime time, Stage? host)
    {
        if (host is not null)
        {
            // It ends with the run.
            _ = time.CreateTimer(_ => Read(host), null, Interval, Interval);
        }
    }

    public int PerMille { get; private set; }

    private void Read(Stage host)
    {
        double busySeconds = host.BusySeconds;
        int usage = (int)Math.Min(Full, (busySeconds - _busySeconds) / Interval.TotalSeconds * Full);
        PerMille = (int)((PerMille * Decay) + (usage * (1 - Decay)));
        _busySeconds = busySeconds;
    }
}
