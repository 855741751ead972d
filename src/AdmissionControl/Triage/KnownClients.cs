namespace AdmissionControl.Triage;

/// <summary>Who was seen within the last 10 to 20 minutes: one filter for the present ten minutes and one for those before.</summary>
/// <remarks>
/// Time passes only when somebody is added. Nobody is during an overload, so a long one does not make strangers of those who were there before it, as forgetting by the clock alone would after 20 minutes.
/// <para>
/// Invariant: who was added is known for at least ten minutes. It holds because bits are set atomically, and only in the filter that is not the next to be cleared: the older one is cleared first and
/// becomes the present one after that. A thread that sleeps between looking up the present filter and writing may write into the older one; its key is then known for a shorter time. Thread-safe, wait-free.
/// </para>
/// </remarks>
internal sealed class KnownClients(long now)
{
    /// <summary>Ten minutes, in nanoseconds.</summary>
    public const long Period = 600L * 1_000_000_000;

    private readonly ClientFilter[] _filters = [new(), new()];
    private PeriodEnd _periodEnd = new(Period, now);
    private int _present;

    public bool Contains(ulong hash) => _filters[0].Contains(hash) || _filters[1].Contains(hash);

    public void Add(ulong hash, long now)
    {
        if (_periodEnd.TryPass(now, out long passed))
        {
            Turn(passed);
        }

        _filters[Volatile.Read(ref _present)].Add(hash);
    }

    private void Turn(long passed)
    {
        int older = Volatile.Read(ref _present) ^ 1;
        _filters[older].Clear();
        Volatile.Write(ref _present, older);
        if (passed > 1)
        {
            _filters[older ^ 1].Clear();
        }
    }
}
