namespace AdmissionControl.Triage;

/// <summary>A set of clients in 8 KB that may take a stranger for a member: a Bloom filter of 64 Kbit with three bits a client.</summary>
/// <remarks>
/// All bits of a client lie in one word, so that one read tells and one atomic operation adds. Of strangers about 1% are taken for members when there are 5,000, and about 7% when there are 10,000. Thread-safe,
/// wait-free.
/// </remarks>
internal sealed class ClientFilter
{
    private readonly ulong[] _words = new ulong[1 << 10];

    public bool Contains(ulong hash)
    {
        ulong bits = Bits(hash);
        return (Volatile.Read(ref Word(hash)) & bits) == bits;
    }

    public void Add(ulong hash)
    {
        // Most are there already, and then no line is written.
        ref ulong word = ref Word(hash);
        ulong bits = Bits(hash);
        if ((Volatile.Read(ref word) & bits) != bits)
        {
            Interlocked.Or(ref word, bits);
        }
    }

    /// <summary>Adds the members of another.</summary>
    public void AddAll(ClientFilter other)
    {
        for (int i = 0; i < _words.Length; i++)
        {
            Interlocked.Or(ref _words[i], Volatile.Read(ref other._words[i]));
        }
    }

    public void Clear() => Array.Clear(_words);

    private static ulong Bits(ulong hash) => 1UL << (int)(hash >> 34) | 1UL << (int)(hash >> 40) | 1UL << (int)(hash >> 46);

    private ref ulong Word(ulong hash) => ref _words[(int)(hash >> 24) & (_words.Length - 1)];
}
