namespace AdmissionControl.Hosting;

/// <summary>In place of the shipped type, whose thread no scheduler would know: ticks nothing.</summary>
internal sealed class ProbeThread : IDisposable
{
    public ProbeThread(PoolProbe probe) => _ = probe;

    public void Dispose()
    {
    }
}
