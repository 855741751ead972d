using System.Runtime.CompilerServices;
using AdmissionControl.Hashing;

namespace AdmissionControl.Tests.Triage;

/// <summary>Clients whose hashes are keyed with a seed and not with the secret of the process, so that they collide, or do not, in the same way each time.</summary>
internal static class SeededKeys
{
    public static ulong Hash(int seed, long id) => SipHash.Compute((ulong)id, new SipKey((ulong)seed, 1));

    public static PartitionKey Client(int seed, long id, ulong group = 0) => Client(Hash(seed, id), group);

    public static PartitionKey Client(ulong hash, ulong group = 0)
    {
        PartitionKey key = Unsafe.BitCast<(ulong, ulong), PartitionKey>((hash, group));
        Assert.Equal((hash, group), (key.Hash, key.GroupHash));
        return key;
    }

    public static PartitionKey[] Clients(int seed, int count, long firstId = 0) => [.. Enumerable.Range(0, count).Select(i => Client(seed, firstId + i))];
}
