namespace AdmissionControl.Triage;

/// <summary>Who was seen within the last 10 to 20 minutes, in 16 KB: two Bloom filters of 64 Kbit, one for the present ten minutes and one for those before.</summary>
/// <remarks>
/// All three bits of a key lie in one word, so that one read tells. Of strangers about 1% are taken for known when 5,000 clients are, and about 7% when 10,000 are.
/// <para>
/// Time passes only when somebody is added. Nobody is during an overload, so a long one does not make strangers of those who were there before it, as forgetting by the clock alone would after 20 minutes.
/// </para>
/// <para>
/// Invariant: who was added is known for at least ten minutes. It holds because bits are set atomically, and only in the filter that is not the next to be cleared: the older one is cleared first and
/// becomes the present one after that. A thread that sleeps between looking up the present filter and writing may write into the older one; its key is then known for a shorter time. Thread-safe, wait-free.
/// </para>
/// </remarks>
internal sealed class KnownClients(long now)
{
    /// <summary>Ten minutes, in nanoseconds.</summary>
    public const long Period = 600L * 1_000_000_000;

    private const int WordsPerFilter = 1 << 10;

    private readonly ulong[] _words = new ulong[2 * WordsPerFilter];
    private PeriodEnd _periodEnd = new(Period, now);

    // Where the present filter begins: 0 or in the middle.
    private int _present;

    public bool Contains(ulong hash)
    {
        int place = Place(hash);
        ulong bits = Bits(hash);
        return (Volatile.Read(ref _words[place]) & bits) == bits || (Volatile.Read(ref _words[WordsPerFilter + place]) & bits) == bits;
    }

    public void Add(ulong hash, long now)
    {
        if (_periodEnd.TryPass(now, out long passed))
        {
            Turn(passed);
        }

        // Most are there already, and then no line is written.
        ref ulong word = ref _words[Volatile.Read(ref _present) + Place(hash)];
        ulong bits = Bits(hash);
        if ((Volatile.Read(ref word) & bits) != bits)
        {
            Interlocked.Or(ref word, bits);
        }
    }

    private static int Place(ulong hash) => (int)(hash >> 24) & (WordsPerFilter - 1);

    private static ulong Bits(ulong hash) => 1UL << (int)(hash >> 34) | 1UL << (int)(hash >> 40) | 1UL << (int)(hash >> 46);

    private void Turn(long passed)
    {
        int older = Volatile.Read(ref _present) ^ WordsPerFilter;
        Array.Clear(_words, older, WordsPerFilter);
        Volatile.Write(ref _present, older);
        if (passed > 1)
        {
            Array.Clear(_words, older ^ WordsPerFilter, WordsPerFilter);
        }
    }
}
