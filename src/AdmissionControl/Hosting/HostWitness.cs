namespace AdmissionControl.Hosting;

/// <summary>A share in the witness of this process: the delay of a small work item that is posted to the thread pool every 50 ms.</summary>
/// <remarks>
/// All shares are served by one background thread, which starts with the first share and stops when the last is disposed. A share that
/// is never disposed keeps it running, no more. Thread-safe.
/// </remarks>
internal sealed class HostWitness : IHostWitness, IDisposable
{
    private readonly PoolProbe? _probe;
    private SharedProbe? _shared;

    /// <param name="shared">What the share is left to.</param>
    /// <param name="probe">What is asked; null for a witness that is blind.</param>
    internal HostWitness(SharedProbe shared, PoolProbe? probe)
    {
        _shared = shared;
        _probe = probe;
    }

    /// <summary>A share of one's own, to be disposed.</summary>
    public static HostWitness Join() => SharedProbe.OfProcess.Join();

    /// <summary>Null also when the witness is switched off, has not got a thread, or the share is disposed.</summary>
    public TimeSpan? Delay => Volatile.Read(ref _shared) is null ? null : _probe?.Delay;

    /// <summary>Gives the share back. The second time changes nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref _shared, null)?.Leave();
}
